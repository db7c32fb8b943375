-- All tables of the canonical DDL, in utf8mb4 whatever the database's default is.

CREATE TABLE IF NOT EXISTS restaurante (
	id varchar(36) NOT NULL,
	nombre varchar(255) NOT NULL,
	direccion varchar(255) NULL,
	telefono varchar(255) NULL,
	created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
	PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*collate*/;

CREATE TABLE IF NOT EXISTS usuario (
	id varchar(36) NOT NULL,
	email varchar(255) NOT NULL,
	nombre varchar(255) NOT NULL,
	password_hash varchar(255) NOT NULL,
	role enum('cliente','cocina','host','admin') NOT NULL DEFAULT 'cliente',
	created_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
	restaurante_id varchar(255) NULL,
	PRIMARY KEY (id),
	UNIQUE KEY IDX_usuario_email (email)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*collate*/;

CREATE TABLE IF NOT EXISTS mesa (
	id varchar(36) NOT NULL,
	codigo_qr varchar(255) NOT NULL,
	estado enum('libre','ocupada','activa','inactiva','liberada') NOT NULL DEFAULT 'libre',
	ultima_actividad_at datetime NULL,
	created_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
	ocupado tinyint NOT NULL DEFAULT 0,
	ocupado_desde timestamp NULL DEFAULT NULL,
	restaurante_id varchar(255) NULL,
	PRIMARY KEY (id),
	UNIQUE KEY IDX_mesa_codigo_qr (codigo_qr)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*collate*/;

CREATE TABLE IF NOT EXISTS producto (
	id varchar(36) NOT NULL,
	nombre varchar(255) NOT NULL,
	descripcion text NULL,
	precio decimal(10,2) NOT NULL,
	disponible tinyint NOT NULL DEFAULT 1,
	tiempo_base_minutos int NOT NULL DEFAULT 0,
	created_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
	restaurante_id varchar(255) NULL,
	PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*collate*/;

CREATE TABLE IF NOT EXISTS pedido (
	id varchar(36) NOT NULL,
	mesa_id varchar(255) NOT NULL,
	estado enum('pendiente','aceptado','preparando','listo','entregado','cancelado') NOT NULL DEFAULT 'pendiente',
	created_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
	updated_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
	restaurante_id varchar(255) NULL,
	PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*collate*/;

CREATE TABLE IF NOT EXISTS item_pedido (
	id varchar(36) NOT NULL,
	producto_id varchar(255) NOT NULL,
	cantidad int NOT NULL DEFAULT 1,
	precio_unitario decimal(10,2) NOT NULL,
	pedidoId varchar(36) NULL,
	restaurante_id varchar(255) NULL,
	PRIMARY KEY (id),
	KEY IDX_item_pedido_pedido (pedidoId),
	CONSTRAINT FK_item_pedido_pedido FOREIGN KEY (pedidoId) REFERENCES pedido (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*collate*/;

CREATE TABLE IF NOT EXISTS evento (
	id varchar(36) NOT NULL,
	tipo varchar(255) NOT NULL,
	metadata text NULL,
	created_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
	PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*collate*/;

CREATE TABLE IF NOT EXISTS tiempo (
	id varchar(36) NOT NULL,
	producto_id varchar(255) NOT NULL,
	tiempo_base_minutos int NOT NULL,
	tiempo_estimado_actual_minutos int NULL,
	created_at datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6),
	restaurante_id varchar(255) NULL,
	PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 /*collate*/;

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
