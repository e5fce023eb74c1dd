-- fails
ALTER TABLE no_such_table ADD COLUMN origin text;
