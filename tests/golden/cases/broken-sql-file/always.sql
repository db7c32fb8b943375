-- expect: ok
-- always: true or false
SELECT 1;
