// class NotThisOne1600000000000
exports.Seed1700000200000 = class Seed1700000200000 {
	name = 'SeedGuests1700000200000';
	async up(q) { await q.query("INSERT INTO guest VALUES (1, 'Ana', NULL)"); }
	async down() {}
};
