-- L25 L23
CREATE UNIQUE INDEX customer_code_uidx ON customer (code);
