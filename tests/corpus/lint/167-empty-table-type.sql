-- L12: nothing to write anew; whether old code reads a bigint nobody can tell
ALTER TABLE draft ALTER COLUMN id TYPE bigint;
