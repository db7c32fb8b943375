-- suite: Results that the server cut
-- empty-schema: allowed

-- test: whole
-- expect: value = 1
SELECT 1;

-- test: rows that were not looked at
-- expect: empty
SELECT COUNT(*) AS c FROM information_schema.columns a, information_schema.columns b HAVING c < 10 LIMIT ROWS EXAMINED 10;

-- test: a recursion that ended early
-- expect: value < 100000
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 100000) SELECT COUNT(*) FROM r;

-- test: null for too long a text
-- expect: value = null
SELECT REPEAT('a', 1500000000);

-- test: a group that was cut
-- expect: value not contains "z"
SELECT GROUP_CONCAT(IF(i = 2, 'z', REPEAT('a', 600000)) ORDER BY i SEPARATOR '') FROM (SELECT 0 AS i UNION SELECT 1 UNION SELECT 2) x;

-- test: another warning
-- expect: value = 1
SELECT 'abc' = 0;

-- test: cut, and judged
-- expect: warnings = 1
SELECT REPEAT('a', 1500000000);

-- test: no warnings is not what came
-- expect: no warnings
SELECT 'abc' = 0;

-- test: no warnings came
-- expect: no warnings
SELECT 2;

-- test: whole again
-- expect: value = 3
SELECT 3;
