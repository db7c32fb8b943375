-- expect: empty
SELECT {{n}}x;
