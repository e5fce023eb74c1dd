-- L50 L21: every DELETE of a customer will read all baskets
ALTER TABLE basket ADD CONSTRAINT basket_customer_fk FOREIGN KEY (customer_id)
    REFERENCES customer NOT VALID;
