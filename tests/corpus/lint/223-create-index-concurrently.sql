-- L25
CREATE INDEX CONCURRENTLY item_remark_idx ON item (remark);
