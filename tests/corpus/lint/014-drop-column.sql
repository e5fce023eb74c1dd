-- L9: the old code still names it
ALTER TABLE product DROP COLUMN legacy;
