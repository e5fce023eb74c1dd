-- L47
CREATE TABLE ${prefix}_place (id bigint PRIMARY KEY);
