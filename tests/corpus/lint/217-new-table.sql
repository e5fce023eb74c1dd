-- L25 L17 L23 L13: the table is new
CREATE TABLE coupon (id bigint, code text, worth int);
CREATE UNIQUE INDEX coupon_code_idx ON coupon (code);
ALTER TABLE coupon ADD PRIMARY KEY (id);
ALTER TABLE coupon ADD CONSTRAINT coupon_worth CHECK (worth > 0);
ALTER TABLE coupon ALTER COLUMN worth TYPE bigint;
ALTER TABLE coupon ALTER COLUMN code SET NOT NULL;
