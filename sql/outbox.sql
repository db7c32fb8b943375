-- suite: Outbox
-- tags: gate, nightly, outbox
-- owner: backend
-- variable: window_minutes = 60
-- variable: recent_rows = 5000
-- variable: settle_seconds = 10
-- variable: max_pending = 100
-- variable: max_age_seconds = 60
-- variable: max_dead = 0
-- max-time: 20s
-- why: a table of another shape cannot be asked; Columns of outbox and refresh_tokens says how it differs

-- the columns asked for below
SELECT id, aggregate_type, aggregate_id, event_type, payload, processed, attempts, last_error, next_retry_at, dlq,
       dlq_reason, processed_at, created_at FROM outbox LIMIT 0;

-- test: few events wait
-- why: one worker announces 5 a second; guests behind the queue wait for theirs
-- fix: start one more worker, or raise OUTBOX_BATCH_SIZE, until it has drained
-- retry: 10 every 1s
-- metric: outbox_pending
-- prefer: value <= 10
-- expect: value <= {{max_pending}}
SELECT COUNT(*) AS pending FROM outbox WHERE processed = 0 AND dlq = 0;

-- test: no event waits long
-- why: no worker runs, or it hangs, or Redis refuses
-- fix: look at the worker's log, and at last_error of the oldest row
-- retry: 10 every 1s
-- metric: outbox_oldest_seconds
-- expect: value <= {{max_age_seconds}}
SELECT COALESCE(TIMESTAMPDIFF(SECOND, MIN(created_at), NOW()), 0) AS oldest_seconds
  FROM outbox
 WHERE processed = 0 AND dlq = 0;

-- test: no event waits for another try
-- why: publishing failed; it dies after the fifth try, half an hour later
-- fix: mend what last_error says; the worker tries again by itself
-- metric: outbox_retrying: rows
-- expect: empty
SELECT id, event_type, attempts, last_error, next_retry_at
  FROM outbox
 WHERE processed = 0 AND dlq = 0 AND attempts > 0 AND (last_error IS NULL OR last_error NOT LIKE 'claimed by%');

-- test: every claim comes to its end
-- why: the worker that took the row hangs, or wrote a time far away (its clock or zone)
-- fix: restart that worker; set next_retry_at to NOW() where it lies far in the future
-- retry: 3 every 1s
-- expect: empty
SELECT id, attempts, last_error, next_retry_at, created_at
  FROM outbox
 WHERE processed = 0 AND dlq = 0 AND last_error LIKE 'claimed by%'
   AND (next_retry_at IS NULL OR next_retry_at > NOW() + INTERVAL 1 HOUR OR next_retry_at < NOW() - INTERVAL 30 SECOND);

-- test: no event died
-- why: it is never tried again, and its guest's order was never announced
-- fix: mend what dlq_reason says, then UPDATE outbox SET dlq = 0, attempts = 0, next_retry_at = NULL for those listed
-- metric: outbox_dead: rows
-- expect: rows <= {{max_dead}}
SELECT id, event_type, attempts, dlq_reason, created_at
  FROM outbox
 WHERE dlq = 1 AND created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE;

-- test: no event was marked done without being sent
-- why: after a second try its mark in Redis is there already and nothing is published; with no try at all an older
--      worker took it, which publishes elsewhere
-- fix: compare with the log of the worker; DEL outbox:idempotency:<id> and set the row back to pending
-- metric: outbox_suspicious: rows
-- expect: empty
SELECT id, event_type, attempts, processed_at
  FROM outbox
 WHERE processed = 1 AND attempts <> 1
   AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
   AND created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE;

-- test: an event that is done carries no trace of trouble
-- why: the row tells two stories, and the next reader believes the wrong one
-- fix: find out who writes to outbox beside the worker
-- expect: empty
SELECT id, processed_at, last_error, next_retry_at, dlq
  FROM outbox
 WHERE processed = 1 AND (processed_at IS NULL OR last_error IS NOT NULL OR next_retry_at IS NOT NULL OR dlq = 1)
   AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
   AND created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE;

-- test: no event is done before it was written
-- why: worker and database live in different time zones; every retry is off by hours
-- fix: give the worker the time zone of the database
-- expect: empty
SELECT id, created_at, processed_at, TIMESTAMPDIFF(SECOND, created_at, processed_at) AS seconds
  FROM outbox
 WHERE processed = 1 AND processed_at < created_at - INTERVAL 1 SECOND
   AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
   AND created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE;

-- test: no order was announced twice
-- why: the kitchen cooks it twice
-- fix: warn the kitchens of the orders listed
-- expect: empty
SELECT aggregate_id AS pedido, COUNT(*) AS events, MIN(id) AS first_event, MAX(id) AS last_event
  FROM outbox
 WHERE aggregate_type = 'pedido' AND event_type = 'CREADO'
   AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
 GROUP BY aggregate_id
HAVING COUNT(*) > 1;

-- test: every order of late left its event
-- why: the event is written after the order and errors are swallowed; a restart loses those under way
-- fix: tell the kitchens of the orders listed
-- expect: empty
SELECT p.id AS pedido, p.mesa_id AS mesa, p.created_at
  FROM pedido p
 WHERE p.created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE
   AND p.created_at < NOW() - INTERVAL /*{{settle_seconds}}*/ 10 SECOND
   AND p.id NOT IN (SELECT o.aggregate_id
                      FROM outbox o
                     WHERE o.aggregate_type = 'pedido' AND o.event_type = 'CREADO' AND o.aggregate_id IS NOT NULL
                       AND o.created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE - INTERVAL 5 MINUTE);

-- test: an event names the restaurant of its order
-- why: without it, or with another one, other restaurants hear of the order
-- fix: tell the restaurants listed, and look at the release of the API
-- expect: empty
SELECT o.id AS event, p.id AS pedido, p.restaurante_id AS of_order,
       JSON_UNQUOTE(JSON_EXTRACT(o.payload, '$.restaurante_id')) AS of_event
  FROM outbox o
  JOIN pedido p ON p.id = o.aggregate_id
 WHERE o.aggregate_type = 'pedido' AND o.created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE
   AND o.id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
   AND p.restaurante_id IS NOT NULL
   AND CONVERT(COALESCE(JSON_UNQUOTE(JSON_EXTRACT(o.payload, '$.restaurante_id')), '') USING utf8mb4) COLLATE utf8mb4_bin
       <> CONVERT(p.restaurante_id USING utf8mb4) COLLATE utf8mb4_bin;

-- test: how long an event takes, of late
-- metric: outbox_latency_seconds
-- prefer: value <= 5
SELECT COALESCE(AVG(TIMESTAMPDIFF(SECOND, created_at, processed_at)), 0) AS seconds
  FROM outbox
 WHERE processed = 1
   AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox);
