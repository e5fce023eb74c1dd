-- L1
ALTER TABLE item ADD COLUMN extra text;
