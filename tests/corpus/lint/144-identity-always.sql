-- the old code may give numbers of its own
ALTER TABLE customer ALTER COLUMN id SET GENERATED ALWAYS;
