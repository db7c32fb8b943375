-- suite: A query that somebody kills

-- test: before
-- expect: value = 1
SELECT 1;

-- test: killed at work
-- expect: value = 0
SELECT COUNT(*) /* kill-me */ FROM wide a, wide b, wide c, wide d, wide e, wide f, wide g, wide h, wide i
 WHERE a.n + b.n + c.n + d.n + e.n + f.n + g.n + h.n + i.n < 0;

-- test: killed in its rows
-- expect: rows <= 1000
SELECT a.n, (SELECT COUNT(*) /* kill-me */ FROM wide p, wide q, wide r, wide s, wide t
              WHERE p.n + q.n + r.n + s.n + t.n = a.n + 10 * b.n + 100 * c.n) AS many
  FROM wide a, wide b, wide c;

-- test: behind
-- expect: value = 2
SELECT 2;
