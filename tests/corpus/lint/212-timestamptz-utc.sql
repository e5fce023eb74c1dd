-- L12: at UTC both are stored alike
SET LOCAL TimeZone = 'UTC';
ALTER TABLE customer ALTER COLUMN created TYPE timestamptz;
