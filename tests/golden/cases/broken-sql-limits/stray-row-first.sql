-- test: rows without their table
-- | a |
-- expect: ok
SELECT 1;
