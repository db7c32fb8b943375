-- suite: Leftovers of earlier runs
-- tags: nightly
-- severity: warn
-- owner: release
-- variable: keep_minutes = 60
-- variable: tables_like = postflight-%
-- variable: guests_like = smoke+%@example.com
-- variable: recent_rows = 200000
-- max-time: 20s
-- why: a run that was killed could not clean up behind itself
-- fix: postflight run suites/sweep.suite --allow-write

-- test: no synthetic user is left
-- metric: leftover_users: rows
-- expect: empty
SELECT id, email, created_at
  FROM usuario
 WHERE email LIKE /*{{guests_like}}*/ 'smoke+%@example.com' AND created_at < NOW() - INTERVAL /*{{keep_minutes}}*/ 60 MINUTE;

-- test: no synthetic order is left
-- metric: leftover_orders: rows
-- expect: empty
SELECT id, mesa_id, created_at
  FROM pedido
 WHERE mesa_id LIKE /*{{tables_like}}*/ 'postflight-%' AND created_at < NOW() - INTERVAL /*{{keep_minutes}}*/ 60 MINUTE;

-- test: no event of a synthetic order is left
-- metric: leftover_events: rows
-- expect: empty
SELECT id, aggregate_type, aggregate_id, created_at
  FROM outbox
 WHERE created_at < NOW() - INTERVAL /*{{keep_minutes}}*/ 60 MINUTE
   AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 200000, 0) FROM outbox)
   AND (aggregate_type = 'postflight' OR JSON_UNQUOTE(JSON_EXTRACT(payload, '$.mesa_id')) LIKE /*{{tables_like}}*/ 'postflight-%');
