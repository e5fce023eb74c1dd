-- L22: writers of orders wait for a moment
CREATE TABLE payment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders,
    amount numeric NOT NULL);
CREATE INDEX payment_order_idx ON payment (order_id);
