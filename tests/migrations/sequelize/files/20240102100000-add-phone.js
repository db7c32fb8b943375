module.exports = {
	up: (q, S) => q.addColumn('guest', 'phone', S.STRING),
	down: (q) => q.removeColumn('guest', 'phone'),
};
