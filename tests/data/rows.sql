-- Rows that are all right: an order with its item, its news, a session that was refreshed once. A few minutes old, so that
-- nothing is too new to be judged.
SET SESSION foreign_key_checks = 0;
DELETE FROM outbox;
DELETE FROM refresh_tokens;
DELETE FROM historial_estado_pedido;
DELETE FROM item_pedido;
DELETE FROM pedido;
DELETE FROM mesa_sesion;
DELETE FROM mesa;
DELETE FROM producto;
DELETE FROM usuario;
DELETE FROM role;
DELETE FROM restaurante;
SET SESSION foreign_key_checks = 1;
INSERT INTO restaurante (id, nombre) VALUES ('00000000-0000-0000-0000-000000000001', 'one'), ('r2', 'two');
INSERT INTO usuario (id, email, nombre, password_hash, restaurante_id, created_at) VALUES
 ('u1', 'a@example.com', 'a', CONCAT('$2b$10$', REPEAT('x', 53)), 'r2', NOW() - INTERVAL 5 MINUTE),
 ('u2', 'b@example.com', 'b', CONCAT('$2b$10$', REPEAT('x', 53)), 'r2', NOW() - INTERVAL 5 MINUTE);
INSERT INTO mesa (id, codigo_qr, restaurante_id, created_at) VALUES ('m1', 'q1', 'r2', NOW() - INTERVAL 5 MINUTE);
INSERT INTO producto (id, nombre, precio, restaurante_id, created_at) VALUES ('d1', 'soup', 9.5, 'r2', NOW() - INTERVAL 5 MINUTE);
INSERT INTO pedido (id, mesa_id, estado, restaurante_id, created_at, updated_at) VALUES
 ('p1', 'm1', 'aceptado', 'r2', NOW() - INTERVAL 5 MINUTE, NOW() - INTERVAL 3 MINUTE);
INSERT INTO item_pedido (id, producto_id, cantidad, precio_unitario, pedidoId, restaurante_id) VALUES ('i1', 'd1', 2, 9.5, 'p1', 'r2');
INSERT INTO outbox (id, aggregate_type, aggregate_id, event_type, payload, processed, attempts, processed_at, created_at) VALUES
 (1, 'pedido', 'p1', 'CREADO',
  '{"id":"p1","mesa_id":"m1","restaurante_id":"r2","estado":"pendiente","items":[{"producto_id":"d1","cantidad":2,"precio_unitario":9.5}]}',
  1, 1, NOW() - INTERVAL 5 MINUTE + INTERVAL 1 SECOND, NOW() - INTERVAL 5 MINUTE),
 (2, 'pedido', 'p1', 'ESTADO_ACTUALIZADO', '{"id":"p1","mesa_id":"m1","restaurante_id":"r2","estado_anterior":"pendiente","estado":"aceptado"}',
  1, 1, NOW() - INTERVAL 3 MINUTE + INTERVAL 1 SECOND, NOW() - INTERVAL 3 MINUTE);
INSERT INTO refresh_tokens (id, usuario_id, token_hash, revoked, replaced_by_token_id, expires_at, created_at) VALUES
 (1, 'u1', SHA2('1', 256), 1, 2, NOW() + INTERVAL 30 DAY, NOW() - INTERVAL 5 MINUTE),
 (2, 'u1', SHA2('2', 256), 0, NULL, NOW() + INTERVAL 30 DAY, NOW() - INTERVAL 3 MINUTE);
