-- L12: and the old code's long titles are refused
ALTER TABLE product ALTER COLUMN title TYPE varchar(40);
