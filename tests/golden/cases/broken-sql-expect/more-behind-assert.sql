-- expect: value == 1 and more
SELECT 1;
