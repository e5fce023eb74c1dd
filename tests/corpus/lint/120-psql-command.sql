-- L47: psql's own commands
\set where 'home'
CREATE TABLE place (id bigint PRIMARY KEY);
