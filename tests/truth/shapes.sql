-- suite: Shapes of results
-- empty-schema: allowed
-- max-time: 500ms

-- setup
SET @base = 40;

-- test: a value
-- expect: value = 42
SELECT @base + 2;

-- test: no rows
-- expect: empty
SELECT 1 FROM DUAL WHERE FALSE;

-- test: rows in order
-- expect: table ordered
-- | n | word  |
-- | 1 | one   |
-- | 2 | two   |
-- | 3 | three |
SELECT 1 AS n, 'one' AS word UNION ALL SELECT 2, 'two' UNION ALL SELECT 3, 'three' ORDER BY n;

-- test: as many rows as that
-- expect: rows 5
SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5;

-- test: wrong, and must stay so
-- expect: empty
SELECT 'offender';

-- test: refused
-- expect: error 1146
SELECT 1 FROM no_such_table;

-- test: it ran
-- expect: ok
SELECT 7;

-- test: captured
-- capture: seven: value
-- expect: rows 1
SELECT 7;

-- test: from what was captured
-- expect: value = 8
SELECT {{seven}} + 1;

-- test: null
-- expect: value = null
SELECT NULL;

-- test: the last one is wrong too
-- expect: value = -1
SELECT 1;
