-- L35: gentle, but the rows are gone from the parent
ALTER TABLE event DETACH PARTITION event_01 CONCURRENTLY;
