-- L24: the column may be NULL, so all rows are read
ALTER TABLE basket ADD CONSTRAINT basket_pkey
    PRIMARY KEY USING INDEX basket_id_uidx;
