-- expekt: empty
-- test: orders are there
SELECT 1;
