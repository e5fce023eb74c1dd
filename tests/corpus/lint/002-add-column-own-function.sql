-- L2: so does a volatile function of one's own
ALTER TABLE product ADD COLUMN label text DEFAULT ticket();
