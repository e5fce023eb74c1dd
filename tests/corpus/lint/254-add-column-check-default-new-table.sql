-- L7 L2: the table is new
CREATE TABLE shelf (id bigint PRIMARY KEY);
INSERT INTO shelf SELECT generate_series(1, 10);
ALTER TABLE shelf ADD COLUMN token uuid DEFAULT gen_random_uuid();
ALTER TABLE shelf ADD COLUMN size int NOT NULL DEFAULT 1 CHECK (size > 0);
