-- expect: ok
SELECT @`a{{n}}`;
