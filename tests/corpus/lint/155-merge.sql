-- L41
MERGE INTO basket b USING customer c ON c.id = b.customer_id
    WHEN MATCHED AND c.id < 50 THEN DELETE;
