-- A session belongs to a table. An account without ALTER goes on without the key (1142).

-- skip-on: 1142
ALTER TABLE mesa_sesion
	ADD CONSTRAINT FK_mesa_sesion_mesa FOREIGN KEY (mesa_id) REFERENCES mesa (id) ON DELETE CASCADE;
