-- L9: the column is new
ALTER TABLE item ADD COLUMN extra text;
ALTER TABLE item DROP COLUMN extra;
