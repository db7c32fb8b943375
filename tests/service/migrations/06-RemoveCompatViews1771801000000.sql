-- Views that older code looked at. Where a table has the name there is no view to drop (1347).

-- skip-on: 1347
DROP VIEW IF EXISTS mesa;
-- skip-on: 1347
DROP VIEW IF EXISTS producto;
-- skip-on: 1347
DROP VIEW IF EXISTS pedido;
-- skip-on: 1347
DROP VIEW IF EXISTS item_pedido;
-- skip-on: 1347
DROP VIEW IF EXISTS usuario;
