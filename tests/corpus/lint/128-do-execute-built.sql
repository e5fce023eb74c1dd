-- L49: nobody knows before
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE tablename = 'basket'
    LOOP
        EXECUTE format('DROP TABLE %I', name);
    END LOOP;
END $$;
