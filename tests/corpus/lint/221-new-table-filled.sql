-- L41 L42: the table is new
CREATE TABLE city AS SELECT DISTINCT city AS name FROM customer;
UPDATE city SET name = upper(name);
DELETE FROM city WHERE name IS NULL;
