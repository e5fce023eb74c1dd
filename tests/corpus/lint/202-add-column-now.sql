-- L1: now() is stable
ALTER TABLE item ADD COLUMN seen timestamptz NOT NULL DEFAULT now();
