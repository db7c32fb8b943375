-- capture: value
SELECT 1;
