-- L34: the parent is new
CREATE TABLE reading (at date NOT NULL, value int) PARTITION BY RANGE (at);
CREATE TABLE reading_2026 PARTITION OF reading
    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX reading_at_idx ON reading (at);
