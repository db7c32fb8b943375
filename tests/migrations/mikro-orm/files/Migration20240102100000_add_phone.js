'use strict';
const { Migration } = require('@mikro-orm/migrations');
class Migration20240102100000_add_phone extends Migration {
	async up() { this.addSql('alter table guest add phone varchar(20);'); }
}
exports.Migration20240102100000_add_phone = Migration20240102100000_add_phone;
