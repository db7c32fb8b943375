-- expect: value between 1 and 2
SELECT 1;
