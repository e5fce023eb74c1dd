-- L46
SELECT pg_advisory_unlock_all();
