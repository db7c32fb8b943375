-- empty-schema: fine

-- expect: empty
SELECT 1;
