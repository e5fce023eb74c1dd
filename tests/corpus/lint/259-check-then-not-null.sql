-- L14 L24: what proves it is there and valid; the CHECK goes, the rule stays
ALTER TABLE customer ALTER COLUMN city_ok SET NOT NULL;
ALTER TABLE customer DROP CONSTRAINT customer_city_ok;
