-- reads and copies all rows; blocks nobody
CREATE TABLE item_copy (LIKE item);
INSERT INTO item_copy SELECT * FROM item;
