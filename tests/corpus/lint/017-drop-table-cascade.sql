-- L10: takes a view and a materialized view along
DROP TABLE orders CASCADE;
