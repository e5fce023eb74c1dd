-- L12
ALTER TABLE customer ALTER COLUMN name TYPE varchar(100);
