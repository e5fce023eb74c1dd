-- L42: everybody waits for the UPDATE
ALTER TABLE orders ADD COLUMN gross numeric;
UPDATE orders SET gross = total * 1.19;
