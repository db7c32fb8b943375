-- expect: ok
ALTER TABLE outbox ADD x INT;
