-- L23
ALTER TABLE customer ADD CONSTRAINT customer_code_key UNIQUE (code);
