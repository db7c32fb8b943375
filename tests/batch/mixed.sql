-- empty-schema: allowed
-- max-time: 2s

-- setup
SET @base = 40;

-- test: value of a setup
-- expect: value = 42
SELECT @base + 2;

-- test: red
-- expect: value = 43
SELECT @base + 2;

-- test: warned
-- severity: warn
-- expect: value = 44
SELECT @base + 2;

-- test: rows with commas; and "quotes"
-- expect: table
-- | a | b   |
-- | 1 | x;y |
-- | 2 | --z |
SELECT 1 AS a, 'x;y' AS b UNION ALL SELECT 2, '--z';

-- test: no such table
-- expect: empty
SELECT * FROM no_such_table;

-- test: behind an error
-- expect: value = 1
SELECT 1;

-- test: captured
-- capture: seven: value
SELECT 7;

-- test: uses what was captured
-- expect: value = 8
SELECT {{seven}} + 1;

-- test: an expected error
-- expect: error 1054
SELECT no_such_column;

-- test: tried again
-- retry: 2
-- expect: value = 1
SELECT 1;

-- test: needs another server
-- needs: mariadb >= 99, mysql >= 99
-- expect: value = 1
SELECT 1;

-- test: needs this server
-- needs: mariadb >= 5, mysql >= 5
-- expect: value = 2
SELECT 2;

-- test: empty
-- expect: empty
SELECT 1 FROM (SELECT 1 AS x) t WHERE x = 2;

-- test: not empty
-- expect: empty
SELECT 'offender' AS who;

-- test: too slow
-- expect: value >= 0
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
SELECT sum(a.i * b.i * c.i * d.i) FROM n a, n b, n c, n d;

-- test: behind one that was too slow
-- expect: value = 3
SELECT 3;

-- test: the last
-- expect: value = 'end'
SELECT 'end';
