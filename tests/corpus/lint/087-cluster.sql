-- L37
CLUSTER item USING item_pkey;
