exports.up = (knex) => knex.schema.createTable('guest', (t) => { t.increments(); t.string('name'); });
exports.down = (knex) => knex.schema.dropTable('guest');
