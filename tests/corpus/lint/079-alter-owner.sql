-- L32: the view's owner differs from the table's now
ALTER TABLE orders OWNER TO shop_other;
