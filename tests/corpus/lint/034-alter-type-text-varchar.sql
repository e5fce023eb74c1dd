-- L12
ALTER TABLE item ALTER COLUMN remark TYPE varchar(100);
