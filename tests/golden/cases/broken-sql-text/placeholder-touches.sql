-- expect: empty
SELECT x{{n}};
