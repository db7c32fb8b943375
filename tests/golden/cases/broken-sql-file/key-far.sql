-- expect: empty
-- colour: red
SELECT 1;
