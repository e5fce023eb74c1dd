-- L19: in one transaction the first lock is held during the scan
ALTER TABLE item ADD CONSTRAINT item_line CHECK (line >= 0) NOT VALID;
ALTER TABLE item VALIDATE CONSTRAINT item_line;
