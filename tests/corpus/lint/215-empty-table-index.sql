-- L25: no rows
CREATE INDEX draft_author_idx ON draft (author);
