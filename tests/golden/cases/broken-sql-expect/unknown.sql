-- expect: nothing at all
SELECT 1;
