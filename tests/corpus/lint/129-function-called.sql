-- L49
CREATE FUNCTION tidy() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DROP TABLE basket;
END $$;
SELECT tidy();
DROP FUNCTION tidy();
