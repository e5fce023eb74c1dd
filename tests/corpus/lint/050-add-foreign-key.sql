-- L20: the scan is under SHARE ROW EXCLUSIVE on both
ALTER TABLE item ADD CONSTRAINT item_product_fk FOREIGN KEY (sku)
    REFERENCES product;
