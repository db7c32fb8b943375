-- expect: ok
SELECT id INTO x FROM outbox;
