-- suite:

-- expect: empty
SELECT 1;
