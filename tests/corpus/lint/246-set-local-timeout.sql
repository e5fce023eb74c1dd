-- L44: stricter is fine
SET LOCAL lock_timeout = '1s';
ALTER TABLE item ADD COLUMN extra text;
