-- L1: a stable function of one's own
ALTER TABLE item ADD COLUMN seen timestamptz DEFAULT stamp();
