CREATE OR REPLACE FUNCTION vat(amount numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE AS 'SELECT amount * 0.21';
