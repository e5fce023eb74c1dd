-- L2: as it should be done
ALTER TABLE item ADD COLUMN token text;
ALTER TABLE item ALTER COLUMN token SET DEFAULT ticket();
