-- L49: in SQL
CREATE FUNCTION clean() RETURNS void LANGUAGE sql AS $$
    DELETE FROM basket;
$$;
SELECT clean();
