-- The outbox's columns for retries, where they are missing. MySQL has no ADD COLUMN IF NOT EXISTS.

SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns
	WHERE table_schema = DATABASE() AND table_name = 'outbox' AND column_name = 'attempts') = 0,
	'ALTER TABLE outbox ADD COLUMN attempts int NOT NULL DEFAULT 0', 'DO 0');
PREPARE ddl FROM @ddl;
EXECUTE ddl;
DEALLOCATE PREPARE ddl;

SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns
	WHERE table_schema = DATABASE() AND table_name = 'outbox' AND column_name = 'last_error') = 0,
	'ALTER TABLE outbox ADD COLUMN last_error text NULL', 'DO 0');
PREPARE ddl FROM @ddl;
EXECUTE ddl;
DEALLOCATE PREPARE ddl;

SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns
	WHERE table_schema = DATABASE() AND table_name = 'outbox' AND column_name = 'next_retry_at') = 0,
	'ALTER TABLE outbox ADD COLUMN next_retry_at datetime NULL', 'DO 0');
PREPARE ddl FROM @ddl;
EXECUTE ddl;
DEALLOCATE PREPARE ddl;

SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns
	WHERE table_schema = DATABASE() AND table_name = 'outbox' AND column_name = 'dlq') = 0,
	'ALTER TABLE outbox ADD COLUMN dlq tinyint(1) NOT NULL DEFAULT 0', 'DO 0');
PREPARE ddl FROM @ddl;
EXECUTE ddl;
DEALLOCATE PREPARE ddl;

SET @ddl = IF((SELECT COUNT(*) FROM information_schema.columns
	WHERE table_schema = DATABASE() AND table_name = 'outbox' AND column_name = 'dlq_reason') = 0,
	'ALTER TABLE outbox ADD COLUMN dlq_reason text NULL', 'DO 0');
PREPARE ddl FROM @ddl;
EXECUTE ddl;
DEALLOCATE PREPARE ddl;
