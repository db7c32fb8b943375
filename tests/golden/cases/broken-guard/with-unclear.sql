-- expect: ok
WITH x SELECT 1;
