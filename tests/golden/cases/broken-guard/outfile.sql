-- expect: ok
SELECT id FROM outbox INTO OUTFILE '/tmp/x';
