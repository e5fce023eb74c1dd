-- L12: rewrites, as the session is not at UTC all year
SET LOCAL TimeZone = 'Europe/London';
ALTER TABLE customer ALTER COLUMN created TYPE timestamptz;
