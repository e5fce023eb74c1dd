-- L10: the table of another schema
SET LOCAL search_path = archive;
DROP TABLE orders;
