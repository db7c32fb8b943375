-- expect: ok
SELECT @`a;
