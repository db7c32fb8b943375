-- test: orders are there
SELECT 1;
