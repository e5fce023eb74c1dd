-- L7: reads all rows to prove what holds for every NULL
ALTER TABLE item ADD COLUMN weight int CHECK (weight > 0);
