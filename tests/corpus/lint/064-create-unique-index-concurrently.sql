-- L25 L23: harmless as a lock; the old code writes duplicates
CREATE UNIQUE INDEX CONCURRENTLY customer_code_uidx ON customer (code);
