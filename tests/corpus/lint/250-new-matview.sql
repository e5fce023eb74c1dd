-- L36
CREATE MATERIALIZED VIEW by_city AS
    SELECT city, count(*) AS people FROM customer GROUP BY city;
CREATE UNIQUE INDEX by_city_idx ON by_city (city);
REFRESH MATERIALIZED VIEW by_city;
