'use strict';
class AddPhone {
	constructor() { this.name = 'AddGuestPhone1700000100000'; }
	async up(q) { await q.query('ALTER TABLE guest ADD phone varchar(20)'); }
	async down(q) { await q.query('ALTER TABLE guest DROP phone'); }
}
exports.AddPhone = AddPhone;
