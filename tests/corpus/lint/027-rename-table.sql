-- L11
ALTER TABLE basket RENAME TO cart;
