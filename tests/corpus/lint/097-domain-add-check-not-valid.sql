-- L40: nothing is read
ALTER DOMAIN plain ADD CONSTRAINT plain_short CHECK (length(VALUE) < 1000)
    NOT VALID;
