-- expect: ok
SELECT /*+ QB_NAME(`x) */ 1;
