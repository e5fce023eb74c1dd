-- L23: reads for NULLs, and builds an index
ALTER TABLE basket ADD CONSTRAINT basket_pkey PRIMARY KEY (id);
