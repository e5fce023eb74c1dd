-- L45: nothing remains
ALTER TABLE orders ADD COLUMN origin text;
ROLLBACK;
