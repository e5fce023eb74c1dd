-- L10
TRUNCATE basket;
