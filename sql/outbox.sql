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

-- test: a dead event says why
-- why: the worker writes a reason; without one somebody else gave the event up, and nobody can say whether it may go again
-- fix: find out who writes to outbox beside the worker
-- expect: empty
SELECT id, event_type, attempts, created_at
  FROM outbox
 WHERE dlq = 1 AND COALESCE(dlq_reason, '') = '' AND created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE;

-- test: no event is done in the future
-- why: the worker's clock or time zone is ahead of the database's, and so is the time of each further try
-- fix: give the worker the time zone of the database
-- expect: empty
SELECT id, created_at, processed_at, NOW() AS now_here
  FROM outbox
 WHERE processed = 1 AND processed_at > NOW() + INTERVAL 1 MINUTE
   AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox);

-- test: events are of kinds that somebody listens to
-- why: the channel is made of these two words, and the API listens to pedido:* and mesa:* only
-- fix: look at which release of the API writes them
-- prefer: empty
SELECT aggregate_type, event_type, COUNT(*) AS events, MAX(id) AS last_event
  FROM outbox
 WHERE created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
   AND (aggregate_type NOT IN ('pedido', 'mesa', 'postflight')
        OR aggregate_type = 'pedido' AND event_type NOT IN ('CREADO', 'ESTADO_ACTUALIZADO'))
 GROUP BY aggregate_type, event_type;

-- test: an event tells of its own order
-- why: the kitchen's screen shows what the event says, under a number that is another order's
-- fix: warn the kitchens of the orders listed
-- expect: empty
SELECT id AS event, aggregate_id AS pedido, JSON_UNQUOTE(JSON_EXTRACT(payload, '$.id')) AS tells_of
  FROM outbox
 WHERE aggregate_type = 'pedido' AND created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
   AND CONVERT(COALESCE(JSON_UNQUOTE(JSON_EXTRACT(payload, '$.id')), '') USING utf8mb4) COLLATE utf8mb4_bin
       <> CONVERT(COALESCE(aggregate_id, '') USING utf8mb4) COLLATE utf8mb4_bin;

-- test: an event has what its readers need
-- why: a change of state without a state in it (the API takes an empty request) clears the order's state on each screen
-- fix: set the state of the orders listed once more
-- prefer: empty
SELECT id AS event, aggregate_id AS pedido, event_type, payload
  FROM outbox
 WHERE aggregate_type = 'pedido' AND created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
   AND (JSON_EXTRACT(payload, '$.estado') IS NULL
        OR event_type = 'CREADO' AND (JSON_EXTRACT(payload, '$.mesa_id') IS NULL OR COALESCE(JSON_LENGTH(payload, '$.items'), 0) = 0));

-- test: event and order have the same items
-- needs: mariadb >= 10.6
-- why: the event holds what the guest sent (1.7 of a dish at 1.999), the rows what was stored (2 at 2.00), or half of it
-- fix: correct the bills of the orders listed; make the payload from what was stored
-- prefer: empty
SELECT e.event, e.pedido, e.in_event, e.worth_event, COUNT(i.id) AS in_rows, SUM(i.cantidad * i.precio_unitario) AS worth_rows
  FROM (SELECT o.id AS event, o.aggregate_id AS pedido, COUNT(*) AS in_event, SUM(j.cantidad * j.precio) AS worth_event
          FROM outbox o,
               JSON_TABLE(o.payload, '$.items[*]' COLUMNS (cantidad DECIMAL(20, 6) PATH '$.cantidad',
                                                           precio DECIMAL(20, 6) PATH '$.precio_unitario')) j
         WHERE o.aggregate_type = 'pedido' AND o.event_type = 'CREADO'
           AND o.created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE
           AND o.id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
         GROUP BY o.id, o.aggregate_id) e
  JOIN pedido p ON p.id = e.pedido
  LEFT JOIN item_pedido i ON i.pedidoId = p.id
 GROUP BY e.event, e.pedido, e.in_event, e.worth_event
HAVING COUNT(i.id) <> e.in_event OR NOT (SUM(i.cantidad * i.precio_unitario) <=> e.worth_event);

-- test: the news of an order went out in their order
-- why: a change of an order that no screen has yet is dropped, and the order then stands there in its first state
-- fix: set the state of the orders listed once more
-- prefer: empty
SELECT aggregate_id AS pedido, MIN(CASE WHEN event_type <> 'CREADO' THEN processed_at END) AS change_went,
       MAX(CASE WHEN event_type = 'CREADO' THEN processed_at END) AS order_went
  FROM outbox
 WHERE aggregate_type = 'pedido' AND created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
 GROUP BY aggregate_id
HAVING MIN(CASE WHEN event_type <> 'CREADO' THEN processed_at END) <
       MAX(CASE WHEN event_type = 'CREADO' THEN COALESCE(processed_at, NOW() + INTERVAL 1 DAY) END);

-- test: the last event of an order tells the state that it is in
-- why: the screens show what the event said; two changes at one instant, or an event that was lost, leave them apart
-- fix: set the state of the orders listed once more
-- prefer: empty
SELECT p.id AS pedido, p.estado AS order_is, JSON_UNQUOTE(JSON_EXTRACT(o.payload, '$.estado')) AS event_says, p.updated_at
  FROM (SELECT MAX(id) AS id
          FROM outbox
         WHERE aggregate_type = 'pedido' AND created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
         GROUP BY aggregate_id) newest
  JOIN outbox o ON o.id = newest.id
  JOIN pedido p ON p.id = o.aggregate_id
 WHERE p.updated_at < NOW() - INTERVAL /*{{settle_seconds}}*/ 10 SECOND
   AND JSON_EXTRACT(o.payload, '$.estado') IS NOT NULL
   AND CONVERT(JSON_UNQUOTE(JSON_EXTRACT(o.payload, '$.estado')) USING utf8mb4) COLLATE utf8mb4_bin
       <> CONVERT(p.estado USING utf8mb4) COLLATE utf8mb4_bin;

-- test: events by state, as numbers to watch
-- metric: outbox_rows by state: column "events"
-- expect: rows 4
SELECT s.state AS state, COUNT(o.id) AS events
  FROM (SELECT 'pending' AS state UNION ALL SELECT 'waiting' UNION ALL SELECT 'done' UNION ALL SELECT 'dead') s
  LEFT JOIN outbox o
         ON s.state = CASE WHEN o.dlq = 1 THEN 'dead' WHEN o.processed = 1 THEN 'done' WHEN o.attempts > 0 THEN 'waiting' ELSE 'pending' END
        AND o.id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox)
 GROUP BY s.state;

-- test: how long an event takes, of late
-- metric: outbox_latency_seconds
-- prefer: value <= 5
SELECT COALESCE(AVG(TIMESTAMPDIFF(SECOND, created_at, processed_at)), 0) AS seconds
  FROM outbox
 WHERE processed = 1
   AND id > (SELECT GREATEST(CAST(COALESCE(MAX(id), 0) AS SIGNED) - /*{{recent_rows}}*/ 5000, 0) FROM outbox);
