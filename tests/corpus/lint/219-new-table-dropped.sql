-- L10: the table is new
CREATE TABLE helper AS SELECT id FROM customer;
DROP TABLE helper;
