-- suite: Where nothing is seen

-- test: no offender
-- expect: empty
SELECT 1 FROM DUAL WHERE FALSE;
