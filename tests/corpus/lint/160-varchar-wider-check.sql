-- L12: a CHECK on the column is proved again, so all rows are read
ALTER TABLE item ALTER COLUMN unit TYPE varchar(20);
