-- L4: a domain without a CHECK
ALTER TABLE item ADD COLUMN nick plain;
