-- L27: brief, but readers wait too
DROP INDEX item_sku_idx;
