-- L10
DROP TABLE basket;
