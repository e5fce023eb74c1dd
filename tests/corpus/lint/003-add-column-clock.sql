-- L2: clock_timestamp() is volatile, now() is not
ALTER TABLE orders ADD COLUMN seen timestamptz NOT NULL
    DEFAULT clock_timestamp();
