-- L49: the text is there to be read
DO $$
BEGIN
    EXECUTE 'DROP TABLE basket';
END $$;
