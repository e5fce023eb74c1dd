-- L16: the old INSERT gets no number any more
ALTER TABLE customer ALTER COLUMN id DROP IDENTITY;
