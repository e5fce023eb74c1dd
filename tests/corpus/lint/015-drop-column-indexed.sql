-- L9: its index goes with it
ALTER TABLE customer DROP COLUMN IF EXISTS city CASCADE;
