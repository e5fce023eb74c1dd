-- L11: the column is new
ALTER TABLE item ADD COLUMN extra text;
ALTER TABLE item RENAME COLUMN extra TO spare;
