-- L13: fails, a view depends on the column
ALTER TABLE item ALTER COLUMN quantity TYPE bigint;
