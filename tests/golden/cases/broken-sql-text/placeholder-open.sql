-- expect: empty
SELECT {{n;
