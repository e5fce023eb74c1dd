-- L42: readers wait for the build, too
ALTER TABLE item ADD COLUMN extra text;
CREATE INDEX item_extra_idx ON item (extra);
