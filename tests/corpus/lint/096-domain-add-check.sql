-- L40: reads all tables that use it
ALTER DOMAIN plain ADD CONSTRAINT plain_short CHECK (length(VALUE) < 1000);
