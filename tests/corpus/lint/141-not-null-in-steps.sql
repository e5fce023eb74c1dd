-- L14 L18 L19: right as a lock, in three files; here in one transaction
ALTER TABLE orders ADD CONSTRAINT orders_note CHECK (note IS NOT NULL)
    NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_note;
ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_note;
