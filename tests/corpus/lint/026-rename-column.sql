-- L11
ALTER TABLE customer RENAME COLUMN phone TO telephone;
