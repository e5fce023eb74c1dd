-- L48: taste: int and smallint keys, serial, char, varchar, timestamp, json
CREATE TABLE styles (
    id int PRIMARY KEY,
    kind smallint,
    code char(3),
    name varchar(50),
    at timestamp,
    extra json);
CREATE TABLE numbered (id serial PRIMARY KEY);
