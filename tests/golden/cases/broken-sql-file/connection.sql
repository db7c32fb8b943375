-- expect: ok
-- connection: Replica
SELECT 1;
