-- L13: the rows stay as they are, the index is built anew
ALTER TABLE customer ALTER COLUMN city TYPE text COLLATE "C";
