-- snapshot: maybe

-- expect: empty
SELECT 1;
