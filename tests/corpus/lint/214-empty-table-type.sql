-- L12: no rows
ALTER TABLE draft ALTER COLUMN id TYPE bigint;
