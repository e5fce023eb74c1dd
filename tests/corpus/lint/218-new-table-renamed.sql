-- L11: the table is new
CREATE TABLE coupon (id bigint PRIMARY KEY, code text);
ALTER TABLE coupon RENAME COLUMN code TO token;
ALTER TABLE coupon RENAME TO voucher;
