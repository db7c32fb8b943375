-- expect: rows
SELECT 1;
