-- L4: a domain with a CHECK is proved by writing every row
ALTER TABLE orders ADD COLUMN parcels positive;
