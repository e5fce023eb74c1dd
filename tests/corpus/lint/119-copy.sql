-- L47: rows in the script
COPY draft (id, body, author) FROM STDIN;
10	one; two	me
11	three	\N
\.
