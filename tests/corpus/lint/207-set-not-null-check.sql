-- L14: a valid CHECK proves it
ALTER TABLE customer ALTER COLUMN city_ok SET NOT NULL;
