-- L44: waits for ever, and all others behind it
SET lock_timeout = 0;
SET statement_timeout = 0;
ALTER TABLE orders ADD COLUMN origin text;
