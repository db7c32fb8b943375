-- expect: table
-- | a |
-- | {"a": } |
SELECT 1;
