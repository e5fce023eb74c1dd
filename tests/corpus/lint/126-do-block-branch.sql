-- L49: the other branch
DO $$
BEGIN
    IF EXISTS (SELECT FROM customer) THEN
        CREATE INDEX item_remark_idx ON item (remark);
    ELSE
        RAISE NOTICE 'nothing to do';
    END IF;
END $$;
