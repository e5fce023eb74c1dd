-- L33: reads the default partition, under ACCESS EXCLUSIVE
CREATE TABLE visit_06 (LIKE visit);
ALTER TABLE visit ATTACH PARTITION visit_06
    FOR VALUES FROM ('2026-06-01') TO ('2026-07-01');
