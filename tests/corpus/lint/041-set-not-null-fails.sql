-- L14: fails, there are NULLs
ALTER TABLE customer ALTER COLUMN city SET NOT NULL;
