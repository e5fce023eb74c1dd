-- squawk: fails
UPDATE customer SET points = 1, points = 2 WHERE id = 1;
