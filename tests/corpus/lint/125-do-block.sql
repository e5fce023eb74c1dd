-- L49
DO $$
BEGIN
    ALTER TABLE product DROP COLUMN legacy;
END $$;
