-- L5: NOT NULL without a default fails where there are rows
ALTER TABLE customer ADD COLUMN country text NOT NULL;
