-- L26
BEGIN;
CREATE INDEX CONCURRENTLY item_remark_idx ON item (remark);
COMMIT;
