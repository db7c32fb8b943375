module.exports = class CreateGuest1700000000000 {
	async up(q) { await q.query('CREATE TABLE guest (id int PRIMARY KEY, name varchar(40))'); }
	async down(q) { await q.query('DROP TABLE guest'); }
};
