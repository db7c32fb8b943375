-- expect: ok
SELECT SLEEP(10);
