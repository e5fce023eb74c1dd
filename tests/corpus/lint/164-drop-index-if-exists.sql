-- L27: and makes another, which blocks writers
DROP INDEX IF EXISTS item_sku_idx;
CREATE INDEX IF NOT EXISTS item_sku_line_idx ON item (sku, line);
