-- expect: table
SELECT 1;
