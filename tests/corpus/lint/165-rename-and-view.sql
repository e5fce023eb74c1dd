-- L11: a view of the old name serves the old readers, and most writers
ALTER TABLE basket RENAME TO cart;
CREATE VIEW basket AS SELECT * FROM cart;
