-- L16: the old INSERT omits it, and stores NULL now
ALTER TABLE orders ALTER COLUMN channel DROP DEFAULT;
