-- suite: Collations
-- tags: gate, nightly
-- owner: dba
-- why: columns of two collations cannot be compared (error 1267)
-- fix: ALTER TABLE ... CONVERT TO CHARACTER SET utf8mb4 COLLATE the one of the other side

-- test: a refresh token's user can be compared with the user
-- why: login works, and every refresh is an error 500
-- expect: empty
SELECT t.collation_name AS of_refresh_tokens_usuario_id, u.collation_name AS of_usuario_id
  FROM information_schema.columns t
  JOIN information_schema.columns u ON u.table_schema = t.table_schema AND u.table_name = 'usuario' AND u.column_name = 'id'
 WHERE t.table_schema = DATABASE() AND t.table_name = 'refresh_tokens' AND t.column_name = 'usuario_id'
   AND t.collation_name <> u.collation_name;

-- test: both ends of every foreign key can be compared
-- expect: empty
SELECT CONCAT(k.table_name, '.', k.column_name) AS child, c.collation_name AS its_collation,
       CONCAT(k.referenced_table_name, '.', k.referenced_column_name) AS parent, p.collation_name AS the_parents
  FROM information_schema.key_column_usage k
  JOIN information_schema.columns c
    ON c.table_schema = k.table_schema AND c.table_name = k.table_name AND c.column_name = k.column_name
  JOIN information_schema.columns p
    ON p.table_schema = k.referenced_table_schema AND p.table_name = k.referenced_table_name
   AND p.column_name = k.referenced_column_name
 WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
   AND c.collation_name <> p.collation_name;

-- test: columns that queries join without a foreign key can be compared
-- prefer: empty
SELECT n.label AS pair, l.collation_name AS left_side, r.collation_name AS right_side
  FROM (SELECT 'outbox.aggregate_id = pedido.id' AS label, 'outbox' AS lt, 'aggregate_id' AS lc, 'pedido' AS rt, 'id' AS rc
        UNION ALL SELECT 'pedido.mesa_id = mesa.id', 'pedido', 'mesa_id', 'mesa', 'id'
        UNION ALL SELECT 'pedido.restaurante_id = restaurante.id', 'pedido', 'restaurante_id', 'restaurante', 'id'
        UNION ALL SELECT 'usuario.restaurante_id = restaurante.id', 'usuario', 'restaurante_id', 'restaurante', 'id'
        UNION ALL SELECT 'item_pedido.producto_id = producto.id', 'item_pedido', 'producto_id', 'producto', 'id') n
  JOIN information_schema.columns l
    ON l.table_schema = DATABASE() AND l.table_name = n.lt AND l.column_name = n.lc
  JOIN information_schema.columns r
    ON r.table_schema = DATABASE() AND r.table_name = n.rt AND r.column_name = n.rc
 WHERE l.collation_name <> r.collation_name;
