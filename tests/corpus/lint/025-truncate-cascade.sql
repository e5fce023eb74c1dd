-- L10: empties the tables that refer to it, too
TRUNCATE customer CASCADE;
