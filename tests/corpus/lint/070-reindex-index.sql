-- L28
REINDEX INDEX item_sku_idx;
