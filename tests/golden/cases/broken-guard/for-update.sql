-- expect: ok
SELECT id FROM outbox FOR UPDATE;
