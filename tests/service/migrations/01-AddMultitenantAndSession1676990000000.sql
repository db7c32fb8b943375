-- Restaurants, roles, sessions at a table, history and notices, in the database's default character set.

CREATE TABLE IF NOT EXISTS restaurante (
	id varchar(36) NOT NULL,
	nombre varchar(255) NOT NULL,
	direccion varchar(255) NULL,
	telefono varchar(255) NULL,
	created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
	PRIMARY KEY (id)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS permiso (
	id varchar(36) NOT NULL,
	clave varchar(255) NOT NULL,
	descripcion varchar(255) NULL,
	PRIMARY KEY (id),
	UNIQUE KEY UQ_permiso_clave (clave)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS role (
	id varchar(36) NOT NULL,
	nombre varchar(255) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY UQ_role_nombre (nombre)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS role_permisos (
	roleId varchar(36) NOT NULL,
	permisoId varchar(36) NOT NULL,
	PRIMARY KEY (roleId, permisoId),
	KEY IDX_role (roleId),
	KEY IDX_permiso (permisoId),
	CONSTRAINT FK_rp_role FOREIGN KEY (roleId) REFERENCES role (id) ON DELETE CASCADE,
	CONSTRAINT FK_rp_permiso FOREIGN KEY (permisoId) REFERENCES permiso (id) ON DELETE CASCADE
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS mesa_sesion (
	id varchar(36) NOT NULL,
	mesa_id varchar(36) NOT NULL,
	cliente_nombre varchar(255) NULL,
	inicio_at datetime NULL,
	fin_at datetime NULL,
	created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
	updated_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
	PRIMARY KEY (id),
	KEY IDX_mesa_sesion_mesa (mesa_id)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS historial_estado_pedido (
	id varchar(36) NOT NULL,
	pedido_id varchar(36) NOT NULL,
	estado_anterior varchar(255) NOT NULL,
	estado_nuevo varchar(255) NOT NULL,
	nota text NULL,
	created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
	PRIMARY KEY (id),
	KEY IDX_historial_pedido (pedido_id)
) ENGINE=InnoDB;

CREATE TABLE IF NOT EXISTS notificacion (
	id varchar(36) NOT NULL,
	tipo varchar(255) NOT NULL,
	mensaje text NOT NULL,
	usuario_id varchar(36) NULL,
	leido tinyint(1) NOT NULL DEFAULT 0,
	created_at datetime NULL DEFAULT CURRENT_TIMESTAMP,
	PRIMARY KEY (id),
	KEY IDX_notificacion_usuario (usuario_id)
) ENGINE=InnoDB;
