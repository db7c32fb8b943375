'use strict';
const { Migration } = require('@mikro-orm/migrations');
class Migration20240101100000 extends Migration {
	async up() { this.addSql('create table guest (id int primary key, name varchar(40));'); }
}
exports.Migration20240101100000 = Migration20240101100000;
