-- expect: ok
SET @a = 1,;
