#include "probes/schema_catalogue.h"

/* "TABLE.COLUMN" that must be there, else NULL is asked for in its place. */
struct column {
	const char *label, *sql, *optional;
};

#define COLUMNS_MAX 20

static const struct query {
	const char *from;
	const char *needs; /* a feature without which the question cannot be asked */
	struct column columns[COLUMNS_MAX];
} queries[] = {
	[SCHEMA_QUERY_DATABASE] = { "information_schema.schemata WHERE schema_name = DATABASE()",
		NULL, { { "collation", "default_collation_name", NULL } } },
	[SCHEMA_QUERY_TABLES] = { "information_schema.tables WHERE table_schema = DATABASE()",
		NULL,
		{ { "tab", "table_name", NULL }, { "kind", "table_type", NULL },
			{ "engine", "engine", NULL },
			{ "collation", "table_collation", NULL },
			{ "options", "create_options", NULL },
			{ "remark", "table_comment", NULL } } },
	[SCHEMA_QUERY_COLUMNS] = { "information_schema.columns WHERE table_schema = DATABASE()",
		NULL,
		{ { "tab", "table_name", NULL }, { "col", "column_name", NULL },
			{ "place", "ordinal_position", NULL },
			{ "value", "column_default", NULL },
			{ "nullable", "is_nullable", NULL },
			{ "type", "column_type", NULL },
			{ "collation", "collation_name", NULL },
			{ "extra", "extra", NULL }, { "remark", "column_comment", NULL },
			{ "expression", "generation_expression",
				"COLUMNS.GENERATION_EXPRESSION" },
			{ "srid", "srs_id", "COLUMNS.SRS_ID" } } },
	[SCHEMA_QUERY_INDEXES] = { "information_schema.statistics WHERE table_schema = DATABASE()",
		NULL,
		{ { "tab", "table_name", NULL }, { "name", "index_name", NULL },
			{ "place", "seq_in_index", NULL }, { "many", "non_unique", NULL },
			{ "col", "column_name", NULL },
			{ "direction", "collation", NULL }, { "part", "sub_part", NULL },
			{ "type", "index_type", NULL },
			{ "remark", "index_comment", NULL },
			{ "expression", "expression", "STATISTICS.EXPRESSION" },
			{ "visible", "is_visible", "STATISTICS.IS_VISIBLE" },
			{ "ignored", "ignored", "STATISTICS.IGNORED" } } },
	[SCHEMA_QUERY_KEYS] = { "information_schema.key_column_usage WHERE table_schema = DATABASE()"
				" AND referenced_table_name IS NOT NULL",
		NULL,
		{ { "tab", "table_name", NULL }, { "name", "constraint_name", NULL },
			{ "place", "ordinal_position", NULL },
			{ "col", "column_name", NULL },
			{ "other_schema", "referenced_table_schema", NULL },
			{ "other", "referenced_table_name", NULL },
			{ "other_col", "referenced_column_name", NULL } } },
	[SCHEMA_QUERY_REFERENCES] = { "information_schema.referential_constraints"
				      " WHERE constraint_schema = DATABASE()",
		NULL,
		{ { "tab", "table_name", NULL }, { "name", "constraint_name", NULL },
			{ "on_delete", "delete_rule", NULL },
			{ "on_update", "update_rule", NULL } } },
	[SCHEMA_QUERY_CHECKS] = { "information_schema.check_constraints"
				  " WHERE constraint_schema = DATABASE()",
		"CHECK_CONSTRAINTS.CHECK_CLAUSE",
		{ { "tab", "table_name", "CHECK_CONSTRAINTS.TABLE_NAME" },
			{ "name", "constraint_name", NULL },
			{ "clause", "check_clause", NULL } } },
	[SCHEMA_QUERY_CONSTRAINTS] = { "information_schema.table_constraints"
				       " WHERE table_schema = DATABASE() AND constraint_type = 'CHECK'",
		"TABLE_CONSTRAINTS.ENFORCED",
		{ { "tab", "table_name", NULL }, { "name", "constraint_name", NULL },
			{ "enforced", "enforced", NULL } } },
	[SCHEMA_QUERY_VIEWS] = { "information_schema.views WHERE table_schema = DATABASE()",
		NULL,
		{ { "tab", "table_name", NULL }, { "body", "view_definition", NULL },
			{ "verifies", "check_option", NULL },
			{ "security", "security_type", NULL },
			{ "definer", "definer", NULL } } },
	[SCHEMA_QUERY_TRIGGERS] = { "information_schema.triggers WHERE trigger_schema = DATABASE()",
		NULL,
		{ { "name", "trigger_name", NULL }, { "tab", "event_object_table", NULL },
			{ "timing", "action_timing", NULL },
			{ "event", "event_manipulation", NULL },
			{ "place", "action_order", NULL },
			{ "body", "action_statement", NULL },
			{ "definer", "definer", NULL } } },
	[SCHEMA_QUERY_ROUTINES] = { "information_schema.routines WHERE routine_schema = DATABASE()",
		NULL,
		{ { "name", "routine_name", NULL }, { "kind", "routine_type", NULL },
			{ "type", "dtd_identifier", NULL },
			{ "body", "routine_definition", NULL },
			{ "deterministic", "is_deterministic", NULL },
			{ "access", "sql_data_access", NULL },
			{ "security", "security_type", NULL },
			{ "definer", "definer", NULL },
			{ "remark", "routine_comment", NULL } } },
	[SCHEMA_QUERY_PARAMETERS] = { "information_schema.parameters"
				      " WHERE specific_schema = DATABASE() AND ordinal_position > 0",
		NULL,
		{ { "name", "specific_name", NULL }, { "kind", "routine_type", NULL },
			{ "place", "ordinal_position", NULL },
			{ "mode", "parameter_mode", NULL },
			{ "parameter", "parameter_name", NULL },
			{ "type", "dtd_identifier", NULL } } },
	[SCHEMA_QUERY_EVENTS] = { "information_schema.events WHERE event_schema = DATABASE()",
		NULL,
		{ { "name", "event_name", NULL }, { "kind", "event_type", NULL },
			{ "every", "interval_value", NULL },
			{ "unit", "interval_field", NULL }, { "status", "status", NULL },
			{ "completion", "on_completion", NULL },
			{ "body", "event_definition", NULL },
			{ "definer", "definer", NULL },
			{ "remark", "event_comment", NULL } } },
	[SCHEMA_QUERY_PARTITIONS] = { "information_schema.partitions WHERE table_schema = DATABASE()"
				      " AND partition_name IS NOT NULL",
		NULL,
		{ { "tab", "table_name", NULL }, { "name", "partition_name", NULL },
			{ "place", "partition_ordinal_position", NULL },
			{ "method", "partition_method", NULL },
			{ "expression", "partition_expression", NULL },
			{ "value", "partition_description", NULL },
			{ "sub_method", "subpartition_method", NULL },
			{ "sub_expression", "subpartition_expression", NULL } } },
};
static_assert(ARRAY_SIZE(queries) == SCHEMA_QUERY_COUNT, "a query has no row");

const char schema_features_sql[] =
	"SELECT UPPER(CONCAT(table_name, '.', column_name)) AS name FROM information_schema.columns"
	" WHERE table_schema = 'information_schema' AND column_name IN ('GENERATION_EXPRESSION', 'SRS_ID',"
	" 'EXPRESSION', 'IS_VISIBLE', 'IGNORED', 'CHECK_CLAUSE', 'ENFORCED', 'TABLE_NAME')"
	" AND table_name IN ('COLUMNS', 'STATISTICS', 'CHECK_CONSTRAINTS', 'TABLE_CONSTRAINTS')";

struct str schema_cell(const struct value *row, const char *label)
{
	const struct value *v = value_get(row, label);

	return v && v->type != VALUE_NULL ? v->text : (struct str){ 0 };
}

static bool has_feature(const struct value *features, const char *name)
{
	for (size_t i = 0; features && i < features->u.list.count; i++)
		if (str_is(schema_cell(features->u.list.items[i], "name"), name))
			return true;
	return false;
}

bool schema_query_is_known(enum schema_query q, const struct value *features)
{
	return !queries[q].needs || has_feature(features, queries[q].needs);
}

void schema_query_sql(
	struct strbuf *out, enum schema_query q, const struct value *features)
{
	const struct column *c = queries[q].columns;

	strbuf_adds(out, "SELECT ");
	for (size_t i = 0; i < COLUMNS_MAX && c[i].label; i++)
		strbuf_addf(out, "%s%s AS `%s`", i ? ", " : "",
			c[i].optional && !has_feature(features, c[i].optional) ? "NULL" :
										 c[i].sql,
			c[i].label);
	strbuf_addf(out, " FROM %s", queries[q].from);
}
