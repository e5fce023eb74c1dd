-- L13
ALTER TABLE product ALTER COLUMN tags TYPE jsonb;
