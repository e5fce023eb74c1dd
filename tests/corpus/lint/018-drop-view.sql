-- L10: no data lost, but the old code reads it
DROP VIEW bestseller;
