-- suite: Tenants
-- tags: gate, nightly
-- owner: backend
-- variable: window_minutes = 60

-- test: restaurante_id is in every table that the code filters by it
-- why: without the column the API answers 500; with another name in its place it shows everybody's rows
-- fix: run the migrations; if all are recorded, the canonical DDL was skipped over older tables
-- expect: empty
SELECT n.name AS in_table, COALESCE(c.column_type, 'missing') AS found
  FROM (SELECT 'usuario' AS name UNION ALL SELECT 'mesa' UNION ALL SELECT 'producto' UNION ALL SELECT 'pedido'
        UNION ALL SELECT 'item_pedido' UNION ALL SELECT 'tiempo') n
  LEFT JOIN information_schema.columns c
         ON c.table_schema = DATABASE() AND c.table_name = n.name AND c.column_name = 'restaurante_id'
 WHERE c.column_type IS NULL OR c.column_type <> 'varchar(255)';

-- test: an item belongs to the restaurant of its order
-- tags: data
-- why: one restaurant's kitchen would see another one's dish
-- fix: UPDATE item_pedido with the order's restaurante_id for the items listed
-- expect: empty
SELECT i.id AS item, i.restaurante_id AS items_restaurant, p.id AS pedido, p.restaurante_id AS orders_restaurant
  FROM pedido p
  JOIN item_pedido i ON i.pedidoId = p.id
 WHERE p.created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE
   AND NOT (i.restaurante_id <=> p.restaurante_id);

-- test: no order of late is without a restaurant
-- tags: data
-- why: an order of nobody is in everybody's list, and its event goes to every screen
-- fix: UPDATE pedido with the restaurant of its table for the orders listed
-- prefer: empty
SELECT id AS pedido, mesa_id AS mesa, created_at
  FROM pedido
 WHERE created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE
   AND (restaurante_id IS NULL OR restaurante_id IN ('', '0'));

-- test: the restaurant of the seed is there
-- why: the seed is recorded as done and its row is missing: a database that was emptied by hand
-- fix: INSERT INTO restaurante (id, nombre) VALUES ('00000000-0000-0000-0000-000000000001', ...)
-- prefer: rows 1
SELECT id, nombre AS name FROM restaurante WHERE id = '00000000-0000-0000-0000-000000000001';

-- test: no product, table or user of late is without a restaurant
-- tags: data
-- why: what belongs to nobody is shown to everybody
-- fix: UPDATE the rows listed with their restaurant
-- prefer: empty
SELECT 'producto' AS in_table, id AS in_row FROM producto
 WHERE created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND (restaurante_id IS NULL OR restaurante_id IN ('', '0'))
UNION ALL
SELECT 'mesa', id FROM mesa
 WHERE created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND (restaurante_id IS NULL OR restaurante_id IN ('', '0'))
UNION ALL
SELECT 'usuario', id FROM usuario
 WHERE created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND (restaurante_id IS NULL OR restaurante_id IN ('', '0'));

-- test: an order of late is a restaurant's that exists
-- tags: data
-- why: no staff see it; the API takes any number of a restaurant
-- fix: UPDATE pedido with the restaurant of its table for the orders listed
-- prefer: empty
SELECT p.id AS pedido, p.restaurante_id AS unknown_restaurant, p.created_at
  FROM pedido p
 WHERE p.created_at >= NOW() - INTERVAL /*{{window_minutes}}*/ 60 MINUTE AND p.mesa_id NOT LIKE 'postflight-%'
   AND p.restaurante_id NOT IN ('', '0')
   AND NOT EXISTS (SELECT 1 FROM restaurante r
                    WHERE CONVERT(r.id USING utf8mb4) COLLATE utf8mb4_bin = CONVERT(p.restaurante_id USING utf8mb4) COLLATE utf8mb4_bin);
