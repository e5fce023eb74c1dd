-- L12: int to bigint writes every row
ALTER TABLE product ALTER COLUMN stock TYPE bigint;
