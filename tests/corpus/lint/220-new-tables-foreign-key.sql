-- L20: both are new
CREATE TABLE house (id bigint PRIMARY KEY);
CREATE TABLE room (id bigint PRIMARY KEY, house_id bigint);
CREATE INDEX room_house_idx ON room (house_id);
ALTER TABLE room ADD CONSTRAINT room_house_fk FOREIGN KEY (house_id)
    REFERENCES house;
