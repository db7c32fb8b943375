-- suite: Orphans
-- tags: gate, nightly, data
-- owner: backend
-- variable: window_minutes = 60
-- max-time: 20s

-- test: every item has its order
-- why: the item is counted as sold and nobody cooks it
-- fix: DELETE the items listed, then look at the foreign key of item_pedido
-- expect: empty
SELECT i.id AS item, i.pedidoId AS missing_order
  FROM item_pedido i
  LEFT JOIN pedido p ON p.id = i.pedidoId
 WHERE p.id IS NULL;

-- test: every order of late has items
-- why: the kitchen gets an order of nothing
-- fix: ask the guests of the orders listed, then cancel them
-- expect: empty
SELECT p.id AS pedido, p.mesa_id AS mesa, p.created_at
  FROM pedido p
  LEFT JOIN item_pedido i ON i.pedidoId = p.id
 WHERE i.id IS NULL AND p.created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE;

-- test: every line of history has its order
-- fix: DELETE the rows listed, then look at the foreign key of historial_estado_pedido
-- expect: empty
SELECT h.id AS history, h.pedido_id AS missing_order
  FROM historial_estado_pedido h
  LEFT JOIN pedido p ON p.id = h.pedido_id
 WHERE p.id IS NULL;

-- test: every session at a table has its table
-- fix: DELETE the rows listed, then look at the foreign key of mesa_sesion
-- expect: empty
SELECT s.id AS session_row, s.mesa_id AS missing_table
  FROM mesa_sesion s
  LEFT JOIN mesa m ON m.id = s.mesa_id
 WHERE m.id IS NULL;

-- test: no two users share an e-mail
-- why: the unique index was lost; which of the two logs in is chance
-- fix: merge the users listed, then CREATE UNIQUE INDEX IDX_usuario_email ON usuario (email)
-- expect: empty
SELECT email AS mail, COUNT(*) AS users
  FROM usuario
 GROUP BY email
HAVING COUNT(*) > 1;

-- test: no two tables share a QR code
-- why: the unique index was lost; which of the two a guest then sits at is chance
-- fix: give one of the tables listed a new code, then CREATE UNIQUE INDEX IDX_mesa_codigo_qr ON mesa (codigo_qr)
-- expect: empty
SELECT codigo_qr AS code, COUNT(*) AS tables_with_it
  FROM mesa
 GROUP BY codigo_qr
HAVING COUNT(*) > 1;

-- test: an order of late is for a table that exists
-- why: nobody knows where to bring it; the API takes any number of a table
-- fix: ask the guests of the orders listed, and look at the QR code that they came by
-- prefer: empty
SELECT p.id AS pedido, p.mesa_id AS unknown_table, p.created_at
  FROM pedido p
 WHERE p.created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND p.mesa_id NOT LIKE 'postflight-%'
   AND NOT EXISTS (SELECT 1 FROM mesa m WHERE m.id = p.mesa_id);

-- test: an item of late is a dish that exists
-- why: the kitchen gets a dish without a name; the API takes any number of a product
-- fix: look at the menu that the guests of the orders listed were shown
-- prefer: empty
SELECT p.id AS pedido, i.id AS item, i.producto_id AS unknown_dish
  FROM pedido p
  JOIN item_pedido i ON i.pedidoId = p.id
 WHERE p.created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND p.mesa_id NOT LIKE 'postflight-%'
   AND NOT EXISTS (SELECT 1 FROM producto d WHERE d.id = i.producto_id);

-- test: passwords are stored as hashes
-- why: whoever reads a backup could log in as the users listed
-- fix: lock the users listed and have them choose a new password
-- expect: empty
SELECT id AS usuario
  FROM usuario
 WHERE password_hash NOT LIKE '$2%' OR CHAR_LENGTH(password_hash) < 59;

-- test: no item of late is less than nothing
-- why: the API takes negative quantities and prices
-- fix: correct the bills of the orders listed
-- prefer: empty
SELECT p.id AS pedido, i.id AS item, i.cantidad AS quantity, i.precio_unitario AS price
  FROM pedido p
  JOIN item_pedido i ON i.pedidoId = p.id
 WHERE (i.cantidad <= 0 OR i.precio_unitario < 0)
   AND p.created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE;

-- test: no restaurant was left behind by a registration that failed
-- why: registration makes a restaurant first and has no transaction
-- fix: DELETE the restaurants listed
-- metric: orphan_restaurants: rows
-- prefer: empty
SELECT r.id AS restaurante, r.nombre AS name, r.created_at
  FROM restaurante r
 WHERE LEFT(r.nombre, 5) = 'rest_' AND r.created_at < NOW() - INTERVAL 1 MINUTE
   AND CONVERT(r.id USING utf8mb4) COLLATE utf8mb4_bin NOT IN
       (SELECT CONVERT(u.restaurante_id USING utf8mb4) COLLATE utf8mb4_bin
          FROM usuario u
         WHERE u.restaurante_id IS NOT NULL);
