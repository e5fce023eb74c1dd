-- L26: tools that send it as one string fail
SET lock_timeout = '2s';
CREATE INDEX CONCURRENTLY item_remark_idx ON item (remark);
ALTER TABLE item ADD COLUMN extra text;
