-- L49: nothing runs it here
CREATE FUNCTION tidy() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE basket;
    DELETE FROM customer;
END $$;
