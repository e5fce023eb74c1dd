-- L3: a stored generated column is computed for every row
ALTER TABLE item ADD COLUMN gross numeric
    GENERATED ALWAYS AS (price * 1.19) STORED;
