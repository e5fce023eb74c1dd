-- L41
WITH gone AS (DELETE FROM basket WHERE id < 10 RETURNING id)
    SELECT count(*) FROM gone;
