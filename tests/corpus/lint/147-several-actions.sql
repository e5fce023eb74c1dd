-- L9 L14: one statement, two hazards
ALTER TABLE item DROP COLUMN remark, ALTER COLUMN price SET NOT NULL,
    ADD COLUMN vat numeric DEFAULT 0;
