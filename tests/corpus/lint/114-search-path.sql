-- L46: as pg_dump begins
SELECT set_config('search_path', '', false);
CREATE TABLE public.plainly (id bigint PRIMARY KEY);
