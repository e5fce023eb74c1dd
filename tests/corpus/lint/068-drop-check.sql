-- L27: rows that the old code does not expect
-- new: INSERT INTO orders (customer_id, total, ref_half) VALUES (1, 2e6, '')
ALTER TABLE orders DROP CONSTRAINT orders_total_new;
