-- fails
ALTER TABLE customer DROP COLUMN no_such_column;
