-- L16: the old INSERT omits it
ALTER TABLE product ALTER COLUMN title DROP DEFAULT;
