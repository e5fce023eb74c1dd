-- L38
CREATE OR REPLACE VIEW open_order AS
    SELECT id, customer_id, total, note FROM orders WHERE status <> 'sent';
