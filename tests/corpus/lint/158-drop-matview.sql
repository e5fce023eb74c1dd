-- L10: nothing lost that cannot be computed again
DROP MATERIALIZED VIEW sales;
