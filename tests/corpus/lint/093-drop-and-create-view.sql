-- L38 L10: the old code misses a column, and its grants
DROP VIEW open_order;
CREATE VIEW open_order AS
    SELECT id, total FROM orders WHERE status <> 'sent';
