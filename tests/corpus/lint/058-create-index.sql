-- L25: writers wait for the build
CREATE INDEX item_remark_idx ON item (remark);
