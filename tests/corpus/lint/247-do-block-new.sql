-- L49
DO $$
BEGIN
    CREATE TABLE coupon (id bigint PRIMARY KEY);
    CREATE INDEX ON coupon (id);
END $$;
