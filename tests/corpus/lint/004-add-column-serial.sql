-- L3: serial is a volatile default
ALTER TABLE item ADD COLUMN number serial;
