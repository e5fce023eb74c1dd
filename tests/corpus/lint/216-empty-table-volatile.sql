-- L2: no rows
ALTER TABLE draft ADD COLUMN token uuid DEFAULT gen_random_uuid();
