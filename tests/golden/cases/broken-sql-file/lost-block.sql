-- a licence

-- expect: empty
SELECT 1;

-- expect: empty

SELECT 2;
