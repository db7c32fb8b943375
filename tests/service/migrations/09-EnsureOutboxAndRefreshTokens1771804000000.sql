-- Both distributed tables, unless a table of that name is there, whatever its shape.

CREATE TABLE IF NOT EXISTS refresh_tokens (
	id bigint unsigned NOT NULL AUTO_INCREMENT,
	usuario_id varchar(36) NOT NULL,
	token_hash varchar(255) NOT NULL,
	revoked tinyint(1) NOT NULL DEFAULT 0,
	replaced_by_token_id bigint unsigned NULL,
	expires_at datetime NULL,
	created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
	PRIMARY KEY (id),
	UNIQUE KEY idx_refresh_hash (token_hash),
	KEY idx_refresh_usuario (usuario_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*collate*/;

CREATE TABLE IF NOT EXISTS outbox (
	id bigint unsigned NOT NULL AUTO_INCREMENT,
	aggregate_type varchar(100) NOT NULL,
	aggregate_id varchar(100) NULL,
	event_type varchar(150) NOT NULL,
	payload json NULL,
	processed tinyint(1) NOT NULL DEFAULT 0,
	attempts int NOT NULL DEFAULT 0,
	last_error text NULL,
	next_retry_at datetime NULL,
	dlq tinyint(1) NOT NULL DEFAULT 0,
	dlq_reason text NULL,
	processed_at datetime NULL,
	created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
	PRIMARY KEY (id),
	KEY idx_outbox_pending (processed, dlq, next_retry_at, created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*collate*/;
