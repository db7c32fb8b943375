-- expect: ok
SELECT s.NEXTVAL;
