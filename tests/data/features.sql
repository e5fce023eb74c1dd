-- One of everything that a dump can lose. Run in an empty database as a
-- superuser; roles owner_a and reader_b exist.
CREATE EXTENSION hstore;
CREATE EXTENSION pg_trgm;
CREATE EXTENSION citext;
CREATE SCHEMA "od d";
COMMENT ON SCHEMA "od d" IS 'odd "names" \ and ''quotes''';

CREATE TABLE part (id int, at date, PRIMARY KEY (id, at))
    PARTITION BY RANGE (at);
CREATE TABLE part_2025 PARTITION OF part
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE part_2026 PARTITION OF part
    FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')
    PARTITION BY HASH (id);
CREATE TABLE part_2026_0 PARTITION OF part_2026
    FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE part_2026_1 PARTITION OF part_2026
    FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE part_default PARTITION OF part DEFAULT;
INSERT INTO part SELECT i, date '2025-01-01' + i FROM generate_series(1, 900) i;

CREATE TABLE parent (a int, b text);
CREATE TABLE child (c int) INHERITS (parent);
INSERT INTO parent VALUES (1, 'p');
INSERT INTO child VALUES (2, 'c', 3);

CREATE TABLE gen (
    id bigint GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 7),
    w int, h int, area int GENERATED ALWAYS AS (w * h) STORED,
    d citext COLLATE "C", e hstore, f numeric(1000, 3), g timestamptz,
    t text, u tsvector, arr int[][], r int4range,
    CONSTRAINT no_overlap EXCLUDE USING gist (r WITH &&));
INSERT INTO gen (w, h, d, e, f, g, t, u, arr, r) VALUES
    (2, 3, 'MiXed', 'a=>1, b=>NULL', 1e900, '2026-11-21 03:00+01',
     E'tab\there\nnew\\line\r\b \\. end', 'a fat cat', '{{1,2},{3,NULL}}',
     '[1,5)'),
    (4, 5, NULL, '', 'NaN', 'infinity', repeat('long ', 5000), '', '{}',
     '[7,)');
ALTER TABLE gen ALTER t SET STORAGE EXTERNAL;
CREATE SEQUENCE counter START 5 INCREMENT BY -3 MINVALUE -100 MAXVALUE 9 CYCLE;
SELECT nextval('counter'), nextval('counter');
CREATE SEQUENCE never_used;
SELECT setval('never_used', 42, false);

CREATE TABLE "select" ();
INSERT INTO "select" SELECT FROM generate_series(1, 5);
CREATE TABLE "od d"."we""ird 'n\ame
newline" ("col umn" int, "ü€" text DEFAULT 'it''s');
INSERT INTO "od d"."we""ird 'n\ame
newline" VALUES (1, '\N'), (2, NULL), (3, '');
CREATE TABLE empty (a int);
CREATE UNLOGGED TABLE fast (a int);
INSERT INTO fast VALUES (1), (2);
CREATE TABLE dropped (a int, gone text, b int);
INSERT INTO dropped VALUES (1, 'x', 2);
ALTER TABLE dropped DROP COLUMN gone;
CREATE TYPE mood AS ENUM ('sad', 'so-so', 'happy');
CREATE TYPE pair AS (x int, y mood);
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE TABLE typed (m mood, p pair, q posint, x xml, j jsonb, b bytea,
    i interval, n name);
INSERT INTO typed VALUES ('happy', '(1,sad)', 3, '<a>&amp;</a>',
    '{"k": [1, null, "\u00fc"]}', '\x00ff5c', '1 mon -2 days', 'n');

CREATE VIEW v1 AS SELECT id, at FROM part WHERE id % 2 = 0;
CREATE VIEW v2 WITH (security_barrier) AS SELECT count(*) AS n FROM v1;
CREATE VIEW v3 AS SELECT v2.n + 1 AS m FROM v2;
CREATE MATERIALIZED VIEW mat AS SELECT m FROM v3;
CREATE UNIQUE INDEX ON mat (m);
CREATE MATERIALIZED VIEW mat_empty AS SELECT 1 AS x WITH NO DATA;

CREATE FUNCTION double_it(x int) RETURNS int LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT CASE WHEN x IS NULL THEN 0 ELSE 2 * x END;
END;
CREATE PROCEDURE tidy() LANGUAGE plpgsql AS $body$
BEGIN
    DELETE FROM empty; -- a ; and a $$ in it
END $body$;
CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE INDEX expr_idx ON gen (double_it(w)) WHERE h > 1;
CREATE INDEX trgm_idx ON gen USING gin (t gin_trgm_ops);
CREATE STATISTICS stat (dependencies) ON w, h FROM gen;

CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEW;
END $$;
CREATE TRIGGER gen_note BEFORE INSERT ON gen FOR EACH ROW
    EXECUTE FUNCTION note();
ALTER TABLE gen DISABLE TRIGGER gen_note;
CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE 'ddl';
END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION on_ddl();
CREATE RULE no_delete AS ON DELETE TO empty DO INSTEAD NOTHING;

CREATE TABLE secret (owner name, what text);
INSERT INTO secret VALUES ('owner_a', '1'), ('reader_b', '2');
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE secret FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON secret USING (owner = current_user);
ALTER TABLE secret OWNER TO owner_a;
GRANT SELECT (what), UPDATE ON secret TO reader_b WITH GRANT OPTION;
GRANT ALL ON FUNCTION double_it TO reader_b;
REVOKE ALL ON FUNCTION double_it FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE owner_a GRANT SELECT ON TABLES TO reader_b;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA "od d" TO reader_b;

SELECT lo_from_bytea(4711, '\x0001ff'), lo_from_bytea(4712, '');
COMMENT ON LARGE OBJECT 4711 IS 'large';
GRANT SELECT ON LARGE OBJECT 4711 TO reader_b;
ALTER LARGE OBJECT 4711 OWNER TO owner_a;

CREATE PUBLICATION pub FOR TABLE parent WHERE (a > 0);
CREATE FOREIGN DATA WRAPPER fdw;
CREATE SERVER far FOREIGN DATA WRAPPER fdw OPTIONS (host 'far');
CREATE FOREIGN TABLE foreign_one (a int) SERVER far;
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
CREATE COLLATION ger (provider = icu, locale = 'de-u-co-phonebk');
COMMENT ON COLUMN gen.area IS 'width by height';
COMMENT ON CONSTRAINT no_overlap ON gen IS 'no two at once';
