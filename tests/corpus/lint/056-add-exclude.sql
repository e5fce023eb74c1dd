-- L23
ALTER TABLE basket ADD CONSTRAINT basket_content_excl
    EXCLUDE USING btree (content WITH =);
