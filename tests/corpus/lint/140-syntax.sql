-- fails
ALTER TABLE customer ADD COLUMN origin text NOT;
