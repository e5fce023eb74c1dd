-- L12
ALTER TABLE product ALTER COLUMN price TYPE numeric;
