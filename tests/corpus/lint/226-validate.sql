-- L19
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_new;
