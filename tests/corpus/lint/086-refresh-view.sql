-- L36: readers wait
REFRESH MATERIALIZED VIEW sales;
