-- The default restaurant. Its tables and products are not here: on a fresh database there is nothing yet
-- to put them into.

INSERT INTO restaurante (id, nombre)
SELECT d.id, d.nombre
  FROM (SELECT '00000000-0000-0000-0000-000000000001' AS id, 'Restaurante por defecto' AS nombre) d
 WHERE NOT EXISTS (SELECT 1 FROM restaurante r WHERE r.id = d.id);
