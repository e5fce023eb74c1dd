-- L29: the index is there and INVALID, and stays so
CREATE INDEX CONCURRENTLY IF NOT EXISTS basket_content_idx
    ON basket (content);
