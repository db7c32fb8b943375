-- suite: Sizes

-- test: a million rows are counted
-- expect: rows 1000000
SELECT 1 FROM wide a, wide b, wide c, wide d, wide e, wide f;

-- test: one more is more than a million
-- expect: rows <= 1000000
SELECT 1 FROM wide a, wide b, wide c, wide d, wide e, wide f UNION ALL SELECT 2;

-- test: one more is at least a thousand
-- expect: rows >= 1000
SELECT 1 FROM wide a, wide b, wide c, wide d, wide e, wide f UNION ALL SELECT 2;

-- test: the table of a result that was not kept
-- expect: table includes
-- | n  |
-- | -1 |
SELECT a.n FROM wide a, wide b, wide c, wide d, wide e;

-- test: a cell of 15 MiB
-- expect: rows 1
SELECT REPEAT('x', 15728640);

-- test: a cell of 40 MiB
-- expect: value != "x"
SELECT REPEAT('x', 41943040);

-- test: its length
-- expect: value = 41943040
SELECT LENGTH(REPEAT('x', 41943040));

-- test: a cell of 80 MiB
-- expect: rows 1
SELECT REPEAT('x', 83886080);

-- test: behind all that
-- expect: value = 1
SELECT 1;
