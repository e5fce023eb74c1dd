-- L2: volatile by its word, but it becomes a constant
ALTER TABLE item ADD COLUMN lucky int DEFAULT fixed();
