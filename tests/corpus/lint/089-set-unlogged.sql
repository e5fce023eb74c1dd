-- L37: and a crash empties it
ALTER TABLE basket SET UNLOGGED;
