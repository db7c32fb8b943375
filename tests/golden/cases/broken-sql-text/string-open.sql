-- expect: empty
SELECT 'Ana
