-- squawk: later changes of it are hard
CREATE DOMAIN rating AS int CHECK (VALUE BETWEEN 1 AND 5);
