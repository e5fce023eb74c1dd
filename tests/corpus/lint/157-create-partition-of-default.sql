-- L34: reads the default partition, too
CREATE TABLE visit_06 PARTITION OF visit
    FOR VALUES FROM ('2026-06-01') TO ('2026-07-01');
