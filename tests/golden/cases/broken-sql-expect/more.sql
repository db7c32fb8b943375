-- expect: empty please
SELECT 1;
