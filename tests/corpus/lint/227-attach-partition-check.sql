-- L33: a CHECK proves the bounds
ALTER TABLE event ATTACH PARTITION event_04
    FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
