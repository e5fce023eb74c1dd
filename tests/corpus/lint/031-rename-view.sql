-- L11
ALTER VIEW bestseller RENAME TO top_item;
