/*
 * The faults that the service can simulate, one row each, in the order of --list-faults.
 *
 *	X(ID, name, programs, value, default, max, effect)
 *
 * `programs` says where a fault lives; a program takes what concerns it and ignores the others.
 * `value` names what may follow the equals sign ("" where nothing may), `default` is used when
 * nothing does. Values are integers from 1 to `max`; "P:MS" takes two, the second up to 600000.
 * "One in N" counts: the N-th, the 2N-th and so on are hit, so that a test knows what to expect.
 */
#ifndef TESTS_SERVICE_FAULT_LIST_H
#define TESTS_SERVICE_FAULT_LIST_H

#define FAULT_LIST(X) \
	X(OUTBOX_DROP, "outbox-drop", FAULT_API, "N", 1, 1000000, \
	  "order stored, event never written (one in N)") \
	X(OUTBOX_LOST_ON_RESTART, "outbox-lost-on-restart", FAULT_API, "MS", 20, 60000, \
	  "event written MS after the order; a stop in between loses it") \
	X(OUTBOX_DUPLICATE, "outbox-duplicate", FAULT_API, "", 0, 0, \
	  "two event rows for one change") \
	X(OUTBOX_WRONG_PAYLOAD, "outbox-wrong-payload", FAULT_API, "", 0, 0, \
	  "event says 0.3 less of each item than the row") \
	X(OUTBOX_WRONG_TENANT, "outbox-wrong-tenant", FAULT_API, "", 0, 0, \
	  "event names another restaurant than the order") \
	X(OUTBOX_NO_TENANT, "outbox-no-tenant", FAULT_API, "", 0, 0, \
	  "event without restaurante_id, so that everyone hears it") \
	X(WORKER_STOPPED, "worker-stopped", FAULT_WORKER, "", 0, 0, \
	  "worker waits for its end and does nothing: rows stay pending") \
	X(WORKER_STUCK, "worker-stuck", FAULT_WORKER, "", 0, 0, \
	  "worker claims one row and hangs") \
	X(WORKER_SLOW, "worker-slow", FAULT_WORKER, "N", 5, 1000, \
	  "worker delivers at most N events a second, whatever its batch and pause") \
	X(WORKER_SWALLOW, "worker-swallow", FAULT_WORKER, "ATTEMPTS", 1, 5, \
	  "worker marks done with so many attempts, publishes nothing") \
	X(WORKER_WRONG_CHANNEL, "worker-wrong-channel", FAULT_WORKER, "", 0, 0, \
	  "the older worker: channel events.pedido, an envelope, no claim") \
	X(WORKER_OUT_OF_ORDER, "worker-out-of-order", FAULT_WORKER, "", 0, 0, \
	  "worker takes the newest event first") \
	X(WORKER_TIMEZONE, "worker-timezone", FAULT_WORKER, "HOURS", 3, 14, \
	  "processed_at lies so many hours before it happened") \
	X(DLQ_GROWTH, "dlq-growth", FAULT_WORKER, "N", 2, 1000000, \
	  "one event in N goes to the dead letters") \
	X(IDEMPOTENCY_STALE, "idempotency-stale", FAULT_MIGRATE, "N", 1000, 100000, \
	  "Redis holds the keys of the next N events, as after a restore") \
	X(REFRESH_DOUBLE, "refresh-double", FAULT_API, "MS", 200, 60000, \
	  "rotation without a lock, check and write MS apart: all of N simultaneous refreshes win") \
	X(REFRESH_REUSE, "refresh-reuse", FAULT_API, "", 0, 0, \
	  "a used or revoked refresh token works again") \
	X(REFRESH_MEMORY, "refresh-memory", FAULT_API, "", 0, 0, \
	  "refresh tokens are kept in memory, no row") \
	X(REFRESH_NO_EXPIRY, "refresh-no-expiry", FAULT_API, "", 0, 0, \
	  "expires_at is null, and a past one is accepted") \
	X(LOGIN_ERROR_201, "login-error-201", FAULT_API, "", 0, 0, \
	  "a wrong password is answered 201 with {\"error\":\"invalid_credentials\"}") \
	X(LOGIN_NO_EMAIL, "login-no-email", FAULT_API, "", 0, 0, \
	  "login without email looks at the first user of the table") \
	X(LOGIN_STARVES, "login-starves", FAULT_API, "", 0, 0, \
	  "hashing a password blocks every other request") \
	X(HASH_LEAK, "hash-leak", FAULT_API, "", 0, 0, \
	  "password_hash in the answer to a registration and in the access token") \
	X(WEAK_SECRET, "weak-secret", FAULT_API, "", 0, 0, \
	  "a token signed with the built-in default secret is accepted") \
	X(REGISTER_RACE, "register-race", FAULT_API, "MS", 200, 60000, \
	  "check and insert MS apart, no transaction: duplicates are 500 and leave restaurants") \
	X(REGISTER_DUP_ROW, "register-dup-row", FAULT_API | FAULT_MIGRATE, "", 0, 0, \
	  "the unique index of the email is lost, and a taken email is accepted") \
	X(ORDER_EMPTY_ACCEPTED, "order-empty-accepted", FAULT_API, "", 0, 0, \
	  "an order without items is accepted") \
	X(ORDER_PARTIAL, "order-partial", FAULT_API, "", 0, 0, \
	  "half of an order's items are stored, the answer shows all") \
	X(ORDER_WRONG_PRICE, "order-wrong-price", FAULT_API, "", 0, 0, \
	  "the row's price is 1.00 above the answer's") \
	X(ORDER_ECHO, "order-echo", FAULT_API, "", 0, 0, \
	  "quantity 1.7 and price 1.999 are accepted and echoed, the row has 2 and 2.00") \
	X(ORDER_DUPLICATE, "order-duplicate", FAULT_API, "", 0, 0, \
	  "Idempotency-Key is ignored: a repeated request makes a second order") \
	X(TENANT_LEAK, "tenant-leak", FAULT_API, "", 0, 0, \
	  "orders of all restaurants for every token") \
	X(COMPAT_VIEW, "compat-view", FAULT_MIGRATE, "KIND", 1, 2, \
	  "1: the plural view pedidos; 2: a view in place of the table producto") \
	X(MIGRATION_MISSING, "migration-missing", FAULT_MIGRATE, "", 0, 0, \
	  "the last migration is neither run nor recorded") \
	X(MIGRATION_EXTRA, "migration-extra", FAULT_MIGRATE, "", 0, 0, \
	  "the history holds a row of a demo seed") \
	X(MIGRATION_FAILED, "migration-failed", FAULT_MIGRATE, "N", 10, 11, \
	  "the run breaks off after the first statement of the N-th migration; exit status 1") \
	X(DDL_OTHER_SHAPE, "ddl-other-shape", FAULT_MIGRATE, "", 0, 0, \
	  "outbox and refresh_tokens as in the other DDL, made first") \
	X(FK_SKIPPED, "fk-skipped", FAULT_MIGRATE, "", 0, 0, \
	  "the last two migrations recorded, their foreign keys absent") \
	X(DRIFT_COLUMN, "drift-column", FAULT_MIGRATE, "", 0, 0, \
	  "one column too many: producto.color") \
	X(DRIFT_TYPE, "drift-type", FAULT_MIGRATE, "", 0, 0, \
	  "item_pedido.precio_unitario is decimal(10,3)") \
	X(DRIFT_NULL, "drift-null", FAULT_MIGRATE, "", 0, 0, \
	  "usuario.nombre may be null") \
	X(DRIFT_DEFAULT, "drift-default", FAULT_MIGRATE, "", 0, 0, \
	  "mesa.estado defaults to ocupada") \
	X(DRIFT_INDEX, "drift-index", FAULT_MIGRATE, "", 0, 0, \
	  "idx_outbox_pending is missing") \
	X(DRIFT_UNIQUE, "drift-unique", FAULT_MIGRATE, "", 0, 0, \
	  "IDX_mesa_codigo_qr is not unique") \
	X(DRIFT_FK, "drift-fk", FAULT_MIGRATE, "", 0, 0, \
	  "FK_item_pedido_pedido does not cascade") \
	X(DRIFT_COLLATION, "drift-collation", FAULT_MIGRATE, "", 0, 0, \
	  "refresh_tokens.usuario_id has another collation: refresh is 500") \
	X(DRIFT_ENGINE, "drift-engine", FAULT_MIGRATE, "", 0, 0, \
	  "evento is a MyISAM table") \
	X(TENANT_COLUMN_MISSING, "tenant-column-missing", FAULT_MIGRATE, "", 0, 0, \
	  "pedido has no restaurante_id: orders are 500") \
	X(SLOW, "slow", FAULT_API, "MS", 1000, 600000, \
	  "every answer is delayed") \
	X(SLOW_TAIL, "slow-tail", FAULT_API, "P:MS", 20, 1000000, \
	  "one answer in P is delayed by MS (1000)") \
	X(ERROR_RATE, "error-rate", FAULT_API, "P", 10, 100, \
	  "P percent of the answers are 500, evenly spread") \
	X(FLAP, "flap", FAULT_API, "N", 3, 1000000, \
	  "the first N requests after the start are 503") \
	X(HANG, "hang", FAULT_API, "", 0, 0, \
	  "requests are read and never answered") \
	X(RESET, "reset", FAULT_API, "", 0, 0, \
	  "the connection is reset in place of an answer") \
	X(GARBAGE, "garbage", FAULT_API, "", 0, 0, \
	  "the answer is not HTTP") \
	X(HALF_BODY, "half-body", FAULT_API, "", 0, 0, \
	  "the body breaks off in the middle") \
	X(WRONG_LENGTH, "wrong-length", FAULT_API, "", 0, 0, \
	  "Content-Length is two less than the body") \
	X(SLOW_BODY, "slow-body", FAULT_API, "MS", 200, 60000, \
	  "the body drips, a byte every MS") \
	X(JSON_BROKEN, "json-broken", FAULT_API, "", 0, 0, \
	  "200 with JSON that lacks its last byte") \
	X(HTML_ERROR, "html-error", FAULT_API, "", 0, 0, \
	  "200 with a page in HTML") \
	X(WRONG_TYPE, "wrong-type", FAULT_API, "", 0, 0, \
	  "JSON sent as text/plain") \
	X(REDIRECT_LOOP, "redirect-loop", FAULT_API, "", 0, 0, \
	  "every request is redirected to itself") \
	X(KEEPALIVE_CLOSE, "keepalive-close", FAULT_API, "N", 1, 1000000, \
	  "a connection is closed, unannounced, instead of its request N+1") \
	X(DB_DOWN, "db-down", FAULT_API | FAULT_WORKER, "", 0, 0, \
	  "no database answers at the address in use") \
	X(DB_FROZEN, "db-frozen", FAULT_API, "SECONDS", 30, 600, \
	  "a connection to the database sleeps before it is used") \
	X(DB_READONLY, "db-readonly", FAULT_API | FAULT_WORKER, "", 0, 0, \
	  "the database refuses writes") \
	X(POOL_EXHAUSTED, "pool-exhausted", FAULT_API, "", 0, 0, \
	  "no connection of the pool is ever free: 500 after two seconds") \
	X(REDIS_DOWN, "redis-down", FAULT_API | FAULT_WORKER, "", 0, 0, \
	  "no Redis answers at the address in use: events wait") \
	X(METRICS_MISSING, "metrics-missing", FAULT_API, "", 0, 0, \
	  "/metrics is 404") \
	X(METRICS_RESET, "metrics-reset", FAULT_API, "", 0, 0, \
	  "counters start over after each look at /metrics")

#endif
