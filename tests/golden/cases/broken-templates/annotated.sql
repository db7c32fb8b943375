-- test: t
-- expect: rows 1
SELECT {{newDate count}};
