-- expect: ok
VACUUM;
