-- L27: the old ON CONFLICT needs it
ALTER TABLE customer DROP CONSTRAINT customer_email_key;
