-- L12: an index on an expression of it is built anew
ALTER TABLE product ALTER COLUMN maker TYPE varchar(60);
