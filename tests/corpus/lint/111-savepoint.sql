-- L45: harmless
SAVEPOINT here;
ALTER TABLE orders ADD COLUMN origin text;
RELEASE here;
