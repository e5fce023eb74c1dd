-- L5: in an empty table it works, and the old INSERT fails
ALTER TABLE draft ADD COLUMN kind text NOT NULL;
