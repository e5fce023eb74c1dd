-- L8: locks the other table too, for a moment
ALTER TABLE orders ADD COLUMN courier_id bigint REFERENCES customer;
