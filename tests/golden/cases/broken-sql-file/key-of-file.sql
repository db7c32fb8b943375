-- a licence

-- snapshot: true
-- expect: empty
SELECT 1;
