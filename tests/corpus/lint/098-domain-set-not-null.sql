-- L40: the old code writes NULL
ALTER DOMAIN plain SET NOT NULL;
