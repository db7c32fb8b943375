-- suite: Constraints
-- tags: gate, constraints
-- owner: dba
-- write: rollback
-- needs: write
-- why: a constraint that stands in the catalogue may be switched off; here the server is asked for what it must refuse

-- All of it is one transaction that is rolled back. It uses up a number of refresh_tokens, and triggers fire.

-- test: an item needs its order
-- why: an item of no order is counted as sold, and nobody cooks it
-- fix: look at sql/foreign-keys.sql, then at SET GLOBAL foreign_key_checks
-- expect: error 1452
INSERT INTO item_pedido (id, producto_id, cantidad, precio_unitario, pedidoId) VALUES (UUID(), 'postflight', 1, 1, 'postflight-none');

-- test: a session needs its table
-- why: guests of a table that is gone go on ordering
-- fix: look at sql/foreign-keys.sql, then at SET GLOBAL foreign_key_checks
-- expect: error 1452
INSERT INTO mesa_sesion (id, mesa_id) VALUES (UUID(), 'postflight-none');

-- test: a line of history needs its order
-- why: the history tells of orders that never were
-- fix: look at sql/foreign-keys.sql, then at SET GLOBAL foreign_key_checks
-- expect: error 1452
INSERT INTO historial_estado_pedido (id, pedido_id, estado_anterior, estado_nuevo) VALUES (UUID(), 'postflight-none', 'a', 'b');

-- test: a role's permission needs both
-- why: a right is given to nobody, or is of no kind
-- fix: look at sql/foreign-keys.sql, then at SET GLOBAL foreign_key_checks
-- expect: error 1452
INSERT INTO role_permisos (roleId, permisoId) VALUES ('postflight-none', 'postflight-none');

-- test: a user needs an e-mail
-- why: the first user without one is whom a login without an e-mail finds
-- fix: ALTER TABLE usuario MODIFY email varchar(255) NOT NULL
-- expect: error 1048
INSERT INTO usuario (id, email, nombre, password_hash) VALUES (UUID(), NULL, 'postflight', 'x');

-- test: an order needs a table
-- why: nobody knows where to bring it
-- fix: ALTER TABLE pedido MODIFY mesa_id varchar(255) NOT NULL
-- expect: error 1048
INSERT INTO pedido (id, mesa_id) VALUES (UUID(), NULL);

-- test: an item needs a price
-- why: the bill lacks it
-- fix: ALTER TABLE item_pedido MODIFY precio_unitario decimal(10,2) NOT NULL
-- expect: error 1048
INSERT INTO item_pedido (id, producto_id, precio_unitario) VALUES (UUID(), 'postflight', NULL);

-- test: a token needs a user
-- why: a session of nobody
-- fix: ALTER TABLE refresh_tokens MODIFY usuario_id varchar(36) NOT NULL
-- expect: error 1048
INSERT INTO refresh_tokens (usuario_id, token_hash) VALUES (NULL, SHA2('postflight-none', 256));

-- test: a user is stored
-- why: what follows needs it
-- fix: look at what refuses it: a trigger, or a column that was added
-- expect: affected 1
INSERT INTO usuario (id, email, nombre, password_hash) VALUES ('postflight-probe-1', 'postflight-probe@example.com', 'postflight', 'x');

-- test: a second user of one e-mail is refused
-- why: which of the two logs in is chance
-- fix: CREATE UNIQUE INDEX IDX_usuario_email ON usuario (email)
-- expect: error 1062
INSERT INTO usuario (id, email, nombre, password_hash) VALUES ('postflight-probe-2', 'postflight-probe@example.com', 'postflight', 'x');

-- test: a token is stored
-- why: what follows needs it
-- fix: look at sql/distributed.sql
-- expect: affected 1
INSERT INTO refresh_tokens (usuario_id, token_hash) VALUES ('postflight-probe-1', SHA2('postflight-probe', 256));

-- test: a second token of one hash is refused
-- why: two rows of one hash are two sessions of one token
-- fix: CREATE UNIQUE INDEX idx_refresh_hash ON refresh_tokens (token_hash)
-- expect: error 1062
INSERT INTO refresh_tokens (usuario_id, token_hash) VALUES ('postflight-probe-1', SHA2('postflight-probe', 256));

-- test: a table is stored
-- why: what follows needs it
-- fix: look at what refuses it: a trigger, or a column that was added
-- expect: affected 1
INSERT INTO mesa (id, codigo_qr) VALUES ('postflight-probe-1', 'postflight-probe');

-- test: a second table of one QR code is refused, another restaurant's too
-- why: a guest would sit at two tables
-- fix: CREATE UNIQUE INDEX IDX_mesa_codigo_qr ON mesa (codigo_qr)
-- expect: error 1062
INSERT INTO mesa (id, codigo_qr, restaurante_id) VALUES ('postflight-probe-2', 'postflight-probe', 'other');

-- test: a role is stored
-- why: what follows needs it
-- fix: look at what refuses it: a trigger, or a column that was added
-- expect: affected 1
INSERT INTO role (id, nombre) VALUES ('postflight-probe-1', 'postflight-probe');

-- test: a second role of one name is refused
-- why: a right that is taken from one stays with the other
-- fix: CREATE UNIQUE INDEX UQ_role_nombre ON role (nombre)
-- expect: error 1062
INSERT INTO role (id, nombre) VALUES ('postflight-probe-2', 'postflight-probe');

-- test: a permission is stored
-- why: what follows needs it
-- fix: look at what refuses it: a trigger, or a column that was added
-- expect: affected 1
INSERT INTO permiso (id, clave) VALUES ('postflight-probe-1', 'postflight-probe');

-- test: a second permission of one key is refused
-- why: a right that is taken away by one stays by the other
-- fix: CREATE UNIQUE INDEX UQ_permiso_clave ON permiso (clave)
-- expect: error 1062
INSERT INTO permiso (id, clave) VALUES ('postflight-probe-2', 'postflight-probe');

-- test: an order is stored
-- why: what follows needs it
-- fix: look at what refuses it: a trigger, or a column that was added
-- expect: affected 1
INSERT INTO pedido (id, mesa_id) VALUES ('postflight-probe-1', 'postflight-probe');

-- test: its item is stored
-- why: what follows needs it
-- fix: look at what refuses it: a trigger, or a column that was added
-- expect: affected 1
INSERT INTO item_pedido (id, producto_id, cantidad, precio_unitario, pedidoId) VALUES ('postflight-probe-1', 'postflight', 1, 1, 'postflight-probe-1');

-- test: the order goes
-- why: a key that refuses keeps orders for ever
-- fix: look at sql/foreign-keys.sql, then at SET GLOBAL foreign_key_checks
-- expect: affected 1
DELETE FROM pedido WHERE id = 'postflight-probe-1';

-- test: its item went with it
-- why: items of orders that are gone are counted as sold
-- fix: look at sql/foreign-keys.sql, then at SET GLOBAL foreign_key_checks
-- expect: empty
SELECT id FROM item_pedido WHERE id = 'postflight-probe-1';
