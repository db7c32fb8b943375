-- expect: empty
-- max-time: soon
SELECT 1;
