-- L33: no CHECK proves the bounds, so all rows are read
ALTER TABLE event ATTACH PARTITION event_03
    FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
