-- L12
ALTER TABLE customer ALTER COLUMN code TYPE text;
