-- L41: fills only what was empty, in one go
UPDATE orders SET touched = placed WHERE touched IS NULL;
