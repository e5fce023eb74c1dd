-- L38: fails
CREATE OR REPLACE VIEW open_order AS
    SELECT id, total FROM orders WHERE status <> 'sent';
