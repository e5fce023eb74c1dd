-- L11
ALTER SCHEMA archive RENAME TO attic;
