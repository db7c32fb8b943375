-- suite: Foreign keys
-- tags: gate, nightly
-- owner: dba
-- why: an account without the privilege ALTER leaves the last two out, and they are recorded all the same
-- fix: grant ALTER and REFERENCES, delete the rows of AddMesaSesionFk and AddHistorialPedidoFk, run migrate:run

-- test: a table takes its sessions with it
-- expect: column "Create Table" matches /FOREIGN KEY \([`"]mesa_id[`"]\) REFERENCES [`"]mesa[`"] \([`"]id[`"]\) ON DELETE CASCADE/
SHOW CREATE TABLE mesa_sesion;

-- test: an order takes its history with it
-- expect: column "Create Table" matches /FOREIGN KEY \([`"]pedido_id[`"]\) REFERENCES [`"]pedido[`"] \([`"]id[`"]\) ON DELETE CASCADE/
SHOW CREATE TABLE historial_estado_pedido;

-- test: an order takes its items with it
-- why: items without their order are counted as sold
-- fix: ALTER TABLE item_pedido ADD CONSTRAINT FK_item_pedido_pedido FOREIGN KEY (pedidoId) REFERENCES pedido (id)
--      ON DELETE CASCADE
-- expect: column "Create Table" matches /FOREIGN KEY \([`"]pedidoId[`"]\) REFERENCES [`"]pedido[`"] \([`"]id[`"]\) ON DELETE CASCADE/
SHOW CREATE TABLE item_pedido;

-- test: a role and a permission let go of each other
-- why: a right that was taken away lives on in its row
-- fix: make role_permisos anew as in AddMultitenantAndSession
-- expect: column "Create Table" matches /FOREIGN KEY \([`"]roleId[`"]\) REFERENCES [`"]role[`"] \([`"]id[`"]\) ON DELETE CASCADE/
-- expect: column "Create Table" matches /FOREIGN KEY \([`"]permisoId[`"]\) REFERENCES [`"]permiso[`"] \([`"]id[`"]\) ON DELETE CASCADE/
SHOW CREATE TABLE role_permisos;

-- test: foreign keys are checked
-- why: switched off for an import and never on again, they are only words in the catalogue
-- fix: SET GLOBAL foreign_key_checks = 1, and look for orphans
-- expect: column "Value" = 'ON'
SHOW GLOBAL VARIABLES LIKE 'foreign_key_checks';
