-- test:
-- expect: empty
SELECT 1;
