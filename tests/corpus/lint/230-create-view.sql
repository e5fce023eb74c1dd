-- L38
CREATE VIEW rich AS SELECT id FROM customer WHERE points > 5;
