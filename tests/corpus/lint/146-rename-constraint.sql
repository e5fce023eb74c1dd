-- L11: ON CONFLICT ON CONSTRAINT and error handlers name it
ALTER TABLE customer RENAME CONSTRAINT customer_email_key TO customer_mail_key;
