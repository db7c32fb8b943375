-- metric: n of rows
SELECT 1;
