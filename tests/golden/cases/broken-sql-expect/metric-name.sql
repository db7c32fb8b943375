-- metric: : value
SELECT 1;
