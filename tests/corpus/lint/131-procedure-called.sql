-- L49
CREATE PROCEDURE slim() LANGUAGE plpgsql AS $$
BEGIN
    ALTER TABLE customer DROP COLUMN code;
END $$;
CALL slim();
