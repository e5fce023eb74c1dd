-- L17: nothing to read; whether old code fits it nobody can tell
ALTER TABLE draft ADD CONSTRAINT draft_body CHECK (length(body) < 1000);
