-- expect: ok
SELECT id FROM outbox LOCK IN SHARE MODE;
