-- expect: ok
CHECKSUM outbox;
