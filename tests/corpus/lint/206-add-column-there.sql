-- L1: it is there
ALTER TABLE customer ADD COLUMN IF NOT EXISTS city text;
