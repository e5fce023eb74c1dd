-- L41
DELETE FROM item WHERE quantity = 0;
