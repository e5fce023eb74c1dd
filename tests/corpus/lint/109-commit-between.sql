-- L45: the first half stays if the second fails
ALTER TABLE orders ADD COLUMN origin text;
COMMIT;
ALTER TABLE item ADD COLUMN origin no_such_type;
