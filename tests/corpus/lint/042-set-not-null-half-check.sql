-- L14: a CHECK that is NOT VALID proves nothing
ALTER TABLE orders ALTER COLUMN ref_half SET NOT NULL;
