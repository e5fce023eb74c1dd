-- L24
ALTER TABLE product ADD CONSTRAINT product_title_key
    UNIQUE USING INDEX product_title_uidx;
