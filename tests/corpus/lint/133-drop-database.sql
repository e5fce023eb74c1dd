-- squawk: never in a migration
DROP DATABASE IF EXISTS no_such_database;
