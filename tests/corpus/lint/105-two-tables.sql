-- L43: may deadlock with code that takes them the other way
ALTER TABLE orders ADD COLUMN origin text;
ALTER TABLE item ADD COLUMN origin text;
