-- expect: ok
EXPLAIN ANALYZE DELETE FROM outbox;
