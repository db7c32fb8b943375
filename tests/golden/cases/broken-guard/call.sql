-- expect: ok
CALL purge_outbox();
