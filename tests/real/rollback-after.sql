-- exit: 0

-- test: nothing was kept
-- expect: empty
SELECT * FROM work;
