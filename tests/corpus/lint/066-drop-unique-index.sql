-- L27: nothing forbids duplicates any more
-- new: UPDATE customer SET phone = 'same' WHERE id IN (3, 4)
DROP INDEX customer_phone_uidx;
