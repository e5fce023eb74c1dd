-- L2: in every partition
ALTER TABLE event ADD COLUMN token uuid DEFAULT gen_random_uuid();
