-- exit: 0
-- database: real
-- snapshot: true
-- also: sql "$(yes "REPLACE INTO work VALUES (100, 'late'); DO SLEEP(0.02);" | head -n 60) DELETE FROM work WHERE id = 100"

-- test: first
-- capture: n: value
-- expect: ok
SELECT COUNT(*) FROM work;

-- test: a while later
-- expect: ok
SELECT COUNT(*) FROM information_schema.columns a, information_schema.tables b;

-- test: still the same
-- expect: value == {{n}}
SELECT COUNT(*) FROM work;
