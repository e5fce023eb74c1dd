-- L12: its index is kept
ALTER TABLE customer ALTER COLUMN email TYPE text;
