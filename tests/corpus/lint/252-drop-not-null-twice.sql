-- L15: it has none
ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
