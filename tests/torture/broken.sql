-- test: nothing
SELECT 1;

-- expect: empty
DELETE FROM a;
