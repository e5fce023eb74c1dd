-- L25: on every partition
CREATE INDEX event_kind_idx ON event (kind);
