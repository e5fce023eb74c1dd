-- L17
ALTER TABLE item ADD CONSTRAINT item_quantity CHECK (quantity >= 0);
