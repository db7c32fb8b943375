-- expect: empty
-- | a |
SELECT 1;
