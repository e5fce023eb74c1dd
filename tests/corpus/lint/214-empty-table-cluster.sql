-- L37: no rows
CLUSTER draft USING draft_pkey;
