-- L30
DROP TRIGGER orders_touch ON orders;
