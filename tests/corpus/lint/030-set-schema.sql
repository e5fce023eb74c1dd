-- L11
ALTER TABLE basket SET SCHEMA archive;
