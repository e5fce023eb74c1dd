-- L10
DROP FUNCTION order_count(bigint);
