-- L3: an identity numbers every row
ALTER TABLE item ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
