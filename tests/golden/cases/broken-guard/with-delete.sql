-- expect: ok
WITH x AS (SELECT 1) DELETE FROM outbox;
