-- L15: the old reader will see NULL
-- new: INSERT INTO customer (email, city_ok) VALUES ('z@example.org', '')
ALTER TABLE customer ALTER COLUMN name DROP NOT NULL;
