-- L14: the new table's constraints cost nothing, those of the old one do
CREATE TABLE parcel (id bigint PRIMARY KEY, weight int);
ALTER TABLE parcel ALTER COLUMN weight SET NOT NULL;
ALTER TABLE item ALTER COLUMN price SET NOT NULL;
