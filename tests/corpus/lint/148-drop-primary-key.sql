-- L27
-- new: INSERT INTO item SELECT * FROM item WHERE order_id = 3
ALTER TABLE item DROP CONSTRAINT item_pkey;
