-- A line of history belongs to an order. An account without ALTER goes on without the key (1142).

-- skip-on: 1142
ALTER TABLE historial_estado_pedido
	ADD CONSTRAINT FK_historial_pedido FOREIGN KEY (pedido_id) REFERENCES pedido (id) ON DELETE CASCADE;
