-- expect: empty
SELECT 1 /* and
