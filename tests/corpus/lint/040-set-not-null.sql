-- L14: reads all rows; the old code writes NULL
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
