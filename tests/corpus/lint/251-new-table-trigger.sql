-- L30: the table is new
CREATE TABLE note (id bigint PRIMARY KEY, touched timestamptz);
CREATE TRIGGER note_touch BEFORE UPDATE ON note
    FOR EACH ROW EXECUTE FUNCTION touch();
