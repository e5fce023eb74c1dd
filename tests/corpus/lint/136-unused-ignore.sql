-- squawk: an exception for what is not there; a rule that is not there
-- squawk-ignore ban-drop-column, no-such-rule
ALTER TABLE customer ADD COLUMN origin text;
