-- expect: ok
SELECT LAST_INSERT_ID(5);
