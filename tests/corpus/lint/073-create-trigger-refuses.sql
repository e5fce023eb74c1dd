-- L30: the old code's negative amounts are refused
CREATE FUNCTION no_debt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.total < 0 THEN
        RAISE 'no debt';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER orders_no_debt BEFORE INSERT OR UPDATE ON orders
    FOR EACH ROW EXECUTE FUNCTION no_debt();
