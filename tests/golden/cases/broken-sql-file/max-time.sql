-- expect: empty
-- max-time: 5
SELECT 1;
