-- expect: ok
SELECT NEXT VALUE FOR s;
