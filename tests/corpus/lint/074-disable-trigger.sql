-- L30
ALTER TABLE orders DISABLE TRIGGER orders_touch;
