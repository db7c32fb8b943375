-- suite: Tables
-- tags: gate, nightly
-- owner: dba
-- empty-schema: allowed

-- test: this account sees the schema
-- why: to an account without rights every table is missing and every list of offenders is empty
-- fix: GRANT SELECT ON the schema TO this account, and name the schema in DB_NAME or DATABASE_URL
-- metric: visible_tables
-- expect: value >= 1
SELECT COUNT(*) AS visible_tables
  FROM information_schema.tables
 WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE';

-- test: the 14 canonical tables are there, as tables
-- why: a look at the list of tables shows what is there, not what is missing; a view passes for the table
-- fix: run the migrations; a view under one of these names must be dropped before
-- expect: empty
SELECT n.name AS expected_table, COALESCE(t.table_type, 'missing') AS found
  FROM (SELECT 'restaurante' AS name UNION ALL SELECT 'role' UNION ALL SELECT 'permiso'
        UNION ALL SELECT 'role_permisos' UNION ALL SELECT 'usuario' UNION ALL SELECT 'mesa'
        UNION ALL SELECT 'mesa_sesion' UNION ALL SELECT 'producto' UNION ALL SELECT 'pedido'
        UNION ALL SELECT 'item_pedido' UNION ALL SELECT 'historial_estado_pedido'
        UNION ALL SELECT 'notificacion' UNION ALL SELECT 'evento' UNION ALL SELECT 'tiempo') n
  LEFT JOIN information_schema.tables t ON t.table_schema = DATABASE() AND t.table_name = n.name
 WHERE t.table_type IS NULL OR t.table_type <> 'BASE TABLE';

-- test: refresh_tokens and outbox are there, as tables
-- why: without the first every login forgets its session, without the second no order is announced
-- fix: run the migrations; EnsureOutboxAndRefreshTokens makes both
-- expect: empty
SELECT n.name AS expected_table, COALESCE(t.table_type, 'missing') AS found
  FROM (SELECT 'refresh_tokens' AS name UNION ALL SELECT 'outbox') n
  LEFT JOIN information_schema.tables t ON t.table_schema = DATABASE() AND t.table_name = n.name
 WHERE t.table_type IS NULL OR t.table_type <> 'BASE TABLE';

-- test: the migration history is there
-- why: without it the next deploy starts over with the first migration
-- fix: restore the table migrations from the backup
-- expect: rows 1
SELECT table_name AS name
  FROM information_schema.tables
 WHERE table_schema = DATABASE() AND table_name = 'migrations' AND table_type = 'BASE TABLE';

-- test: every table can roll back
-- why: MyISAM and its like keep half of a transaction that failed, and have no foreign keys
-- fix: ALTER TABLE ... ENGINE = InnoDB
-- expect: empty
SELECT table_name AS name, engine AS engine
  FROM information_schema.tables
 WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND engine <> 'InnoDB';
