-- L34
DROP TABLE event_01;
