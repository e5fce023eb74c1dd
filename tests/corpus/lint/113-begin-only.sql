-- L45: never committed
BEGIN;
ALTER TABLE orders ADD COLUMN origin text;
