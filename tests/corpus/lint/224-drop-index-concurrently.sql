-- L27
DROP INDEX CONCURRENTLY customer_city_idx;
