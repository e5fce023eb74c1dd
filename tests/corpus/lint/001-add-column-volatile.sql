-- L2: a volatile default writes every row
ALTER TABLE item ADD COLUMN token uuid DEFAULT gen_random_uuid();
