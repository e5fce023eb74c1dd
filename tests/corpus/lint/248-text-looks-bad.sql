-- L10: words in strings and comments do nothing; DROP TABLE customer
/* TRUNCATE orders; */
INSERT INTO draft VALUES (50, 'DROP TABLE customer;', '-- TRUNCATE item');
