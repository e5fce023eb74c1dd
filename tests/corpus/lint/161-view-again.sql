-- L10 L38: dropped and made again, as it was
DROP VIEW open_order;
CREATE VIEW open_order AS
    SELECT id, customer_id, total FROM orders WHERE status <> 'sent';
