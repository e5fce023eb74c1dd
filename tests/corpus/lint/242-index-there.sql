-- L25: it is there, and valid
CREATE INDEX IF NOT EXISTS customer_city_idx ON customer (city);
