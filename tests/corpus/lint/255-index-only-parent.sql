-- L25: nothing is built
CREATE INDEX event_kind_idx ON ONLY event (kind);
