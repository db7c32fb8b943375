-- expect: ok
-- why: rows below something else
-- | a |
SELECT 1;
