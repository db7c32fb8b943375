-- expect: value == 1
-- | a |
SELECT 1;
