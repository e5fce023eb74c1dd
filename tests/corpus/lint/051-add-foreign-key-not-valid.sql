-- L21: old code writes orphans
ALTER TABLE item ADD CONSTRAINT item_product_fk FOREIGN KEY (sku)
    REFERENCES product NOT VALID;
