-- L31: the application's role sees nothing
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
