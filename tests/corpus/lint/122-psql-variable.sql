-- L47
ALTER TABLE :name ADD COLUMN origin text;
