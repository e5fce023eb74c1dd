/* host.h - the machine that we run on. */
#ifndef UB_SYS_HOST_H
#define UB_SYS_HOST_H

/* Its name as uname(2) tells it. Caller owns. */
char *host_name(void);

#endif
