-- the old code calls it, and gets something else
DROP FUNCTION vat(numeric);
CREATE FUNCTION vat(amount numeric, rate numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE AS 'SELECT amount * rate';
