-- L48: cut at 63 bytes
CREATE TABLE a_name_that_is_so_long_that_the_server_cuts_its_end_off_without_asking
    (id bigint PRIMARY KEY);
