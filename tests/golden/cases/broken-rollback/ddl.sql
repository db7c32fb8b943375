-- write: rollback

-- expect: ok
DROP TABLE outbox;
