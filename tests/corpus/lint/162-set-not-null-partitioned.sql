-- L14: reads every partition
ALTER TABLE event ALTER COLUMN kind SET NOT NULL;
