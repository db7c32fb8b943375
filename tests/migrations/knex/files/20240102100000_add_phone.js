exports.up = (knex) => knex.schema.alterTable('guest', (t) => { t.string('phone'); });
exports.down = (knex) => knex.schema.alterTable('guest', (t) => { t.dropColumn('phone'); });
