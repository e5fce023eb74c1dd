-- L12: prices are rounded
ALTER TABLE product ALTER COLUMN price TYPE numeric(10,1);
