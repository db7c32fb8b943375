-- suite: Tables that are not there, or not shown

-- test: no such table
-- expect: empty
SELECT 1 FROM no_such_table;

-- test: another's table
-- expect: empty
SELECT 1 FROM wide WHERE FALSE;

-- test: its columns are not all shown
-- expect: empty
SELECT b FROM hidden WHERE FALSE;

-- test: what is shown
-- expect: empty
SELECT a FROM hidden WHERE FALSE;
