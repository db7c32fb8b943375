-- expect: empty
SELECT 1 FROM mesa WHERE id IN /*{{n}}*/ (1 2);
