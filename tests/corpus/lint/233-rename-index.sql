-- L11: no code names an index
ALTER INDEX item_sku_idx RENAME TO item_product_idx;
