-- L32
GRANT SELECT ON item TO shop_other;
