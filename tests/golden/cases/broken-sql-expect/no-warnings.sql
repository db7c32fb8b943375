-- expect: no errors
SELECT 1;
