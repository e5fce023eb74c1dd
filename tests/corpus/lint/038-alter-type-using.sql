-- L13
ALTER TABLE customer ALTER COLUMN points TYPE text USING points::text;
