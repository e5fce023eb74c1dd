-- L6: builds an index under ACCESS EXCLUSIVE
ALTER TABLE customer ADD COLUMN slug text UNIQUE;
