-- L10: there is none
DROP TABLE IF EXISTS no_such_table;
