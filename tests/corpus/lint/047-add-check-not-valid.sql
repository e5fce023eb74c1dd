-- L18: new rows are checked at once
ALTER TABLE item ADD CONSTRAINT item_quantity CHECK (quantity >= 0) NOT VALID;
