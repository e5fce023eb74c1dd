-- L39
CREATE TYPE colour AS ENUM ('red', 'blue');
ALTER TYPE colour ADD VALUE 'green';
CREATE TABLE paint (id bigint PRIMARY KEY, shade colour);
