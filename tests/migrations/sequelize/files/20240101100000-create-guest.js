module.exports = {
	up: (q, S) => q.createTable('guest', { id: { type: S.INTEGER, primaryKey: true }, name: S.STRING }),
	down: (q) => q.dropTable('guest'),
};
