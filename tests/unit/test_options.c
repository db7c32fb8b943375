#include "harness/options.h"

#include "tests/unit/expect.h"

static int setup(void **state)
{
	static struct arena arena;

	arena_init(&arena, 1 << 20);
	*state = &arena;
	return 0;
}

static int teardown(void **state)
{
	arena_release(*state);
	return 0;
}

/* argv of a line of words */
static int words(struct arena *a, const char *line, char ***ret)
{
	struct str rest = str_from(line);
	int n = 0;

	*ret = arena_array(a, strlen(line) + 2, sizeof(**ret));
	assert_non_null(*ret);
	while (rest.p)
		(*ret)[n++] = (char *)arena_cstr(a, str_cut(&rest, ' '));
	return n;
}

static int parse(void **state, const char *line, struct options *ret, struct error *err)
{
	static char *const no_environment[] = { NULL };
	char **argv;
	int argc = words(*state, line, &argv);

	return options_parse(*state, argc, argv, no_environment, ret, err);
}

static void test_options_rows_are_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < cli_options_count; i++) {
		const struct cli_option *row = &cli_options[i];

		assert_true(row->help && *row->help && row->group && row->apply);
		assert_true(row->commands & ~(unsigned)CLI_OFTEN);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(row->name, cli_options[j].name);
			assert_true(!row->letter || row->letter != cli_options[j].letter);
		}
	}
}

/* A group whose rows are apart would be headed twice. */
static void test_options_groups_are_in_one_piece(void **state)
{
	(void)state;
	for (size_t i = 1; i < cli_options_count; i++)
		for (size_t j = 0; strcmp(cli_options[i].group, cli_options[i - 1].group) && j + 1 < i; j++)
			assert_string_not_equal(cli_options[i].group, cli_options[j].group);
}

static void assert_columns(struct str text)
{
	while (text.p)
		assert_true(str_cut(&text, '\n').n <= 80);
}

static void test_options_help_fits_a_screen(void **state)
{
	struct strbuf sb;
	size_t lines = 0;

	(void)state;
	strbuf_init(&sb, 65536);
	options_help_program(&sb);
	for (size_t i = 0; i < sb.n; i++)
		lines += sb.p[i] == '\n';
	assert_true(lines > 10 && lines <= 24);
	assert_columns(strbuf_str(&sb));
	strbuf_release(&sb);
}

static void test_options_help_names_every_option(void **state)
{
	(void)state;
	for (size_t c = 0; c < cli_commands_count; c++) {
		struct strbuf sb;

		strbuf_init(&sb, 65536);
		options_help(&sb, cli_commands[c].command);
		assert_columns(strbuf_str(&sb));
		for (size_t i = 0; i < cli_options_count; i++) {
			struct str name = arena_printf(*state, " --%s%s", cli_options[i].name, cli_options[i].argument ? " " : "");
			bool has = str_find(strbuf_str(&sb), name) != SIZE_MAX;

			if (cli_options[i].commands & (unsigned)cli_commands[c].command)
				assert_true(has);
		}
		strbuf_release(&sb);
	}
}

static void test_options_help_of_a_command(void **state)
{
	static const struct {
		const char *line;
		bool named;
		enum command command;
	} rows[] = {
		{ "postflight --help", false, COMMAND_RUN },	 { "postflight help", false, COMMAND_RUN },
		{ "postflight help run", true, COMMAND_RUN },	 { "postflight run --help", true, COMMAND_RUN },
		{ "postflight help check", true, COMMAND_CHECK }, { "postflight list -h", true, COMMAND_LIST },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct options o;
		struct error err = { 0 };

		assert_int_equal(parse(state, rows[i].line, &o, &err), 0);
		assert_true(o.help);
		assert_int_equal(o.command_named, rows[i].named);
		assert_int_equal(o.command, rows[i].command);
	}
}

/* Everything that is wrong with a command line, and what the message must name. */
static void test_options_refuse(void **state)
{
	static const struct {
		const char *line, *message, *note;
	} rows[] = {
		{ "postflight --nosuch", "unknown option '--nosuch'", "--help" },
		{ "postflight -Q", "unknown option '-Q'", "--help" },
		{ "postflight --retries 3", "unknown option '--retries'", "--help" },
		{ "postflight --retrry 3", "unknown option '--retrry'", "'--retry'" },
		{ "postflight --jobs", "needs a value: N", "" },
		{ "postflight --jobs=", "but got ''", "" },
		{ "postflight --tags --read-only", "the option '--read-only' follows", "--tags=--read-only" },
		{ "postflight -H --report=junit=x", "the option '--report' follows", "--header=--report" },
		{ "postflight --ci travis", "github, gitlab", "" },
		{ "postflight --id 123", "at least 4 of its digits", "" },
		{ "postflight --id 0123456789AB", "at least 4 of its digits", "" },
		{ "postflight --id 0123456789abc", "at least 4 of its digits", "" },
		{ "postflight --deadline 0", "longer than nothing", "" },
		{ "postflight help nosuch", "knows no command 'nosuch'", "--help" },
		{ "postflight help run more", "knows no command 'more'", "--help" },
		{ "postflight check --report tap=x", "does not belong to this command", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct options o = { .jobs = 77 };
		struct error err = { 0 };

		assert_int_equal(parse(state, rows[i].line, &o, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.message, rows[i].message));
		assert_non_null(strstr(err.note, rows[i].note));
		assert_int_equal(o.jobs, 77);
	}
}

static void test_options_take_what_looks_like_an_option(void **state)
{
	struct options o;
	struct error err = { 0 };

	assert_int_equal(parse(state, "postflight --tags=--read-only --release --", &o, &err), 0);
	assert_string_equal(o.tags.items[0], "--read-only");
	assert_string_equal(o.release, "--");
	assert_false(o.read_only);
}

/* What judging again needs is kept, what chooses or tells is not. */
static void test_options_keep_for_again(void **state)
{
	static const char *const want[] = { "--variable", "a=1", "--header", "X:1", "--allow-write", "--retry", "2" };
	struct options o;
	struct error err = { 0 };

	assert_int_equal(parse(state, "postflight --tags x --variable a=1 -HX:1 --report tap=x --allow-write -v --retry=2 --jobs 3 --fail-fast a.hurl",
				 &o, &err), 0);
	assert_int_equal(o.again.count, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_string_equal(o.again.items[i], want[i]);
}

/* No message shows what may be a secret. */
static void test_options_hide_secrets(void **state)
{
	static const char *const lines[] = {
		"postflight --secret canary",
		"postflight --connection canary",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct options o;
		struct error err = { 0 };

		assert_int_equal(parse(state, lines[i], &o, &err), -1);
		assert_null(strstr(err.message, "canary"));
	}
	assert_true(options_hides_value(STR("secret")));
	assert_true(options_hides_value(STR("user")));
	assert_false(options_hides_value(STR("jobs")));
}

/* Wherever the mistake stands, the reports are found. */
static void test_options_salvage_finds_reports(void **state)
{
	static const char *const lines[] = {
		"postflight --nosuch --report junit=x.xml a.hurl",
		"postflight --report junit=x.xml --nosuch a.hurl",
		"postflight --report junit=x.xml a.hurl --jobs many",
		"postflight --jobs many a.hurl --report-junit x.xml",
		"postflight --nosuch value --report-junit=x.xml",
		"postflight run --tags --report-junit x.xml",
		"postflight run --jobs --report-junit x.xml",
		"postflight run -LQ --report-junit x.xml --retry",
		"postflight rnu --report-junit x.xml",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct options o;
		char **argv, **environment;
		int argc = words(*state, lines[i], &argv);
		int n = words(*state, "POSTFLIGHT_JOBS=many POSTFLIGHT_REPORT_TAP=y.tap", &environment);

		environment[n] = NULL;
		options_salvage(*state, argc, argv, environment, &o);
		assert_int_equal(o.command, COMMAND_RUN);
		assert_int_equal(o.reports.count, 2);
		assert_string_equal(o.reports.items[0], "tap=y.tap");
		assert_string_equal(o.reports.items[1], "junit=x.xml");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_options_rows_are_sound, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_groups_are_in_one_piece, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_help_fits_a_screen, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_help_names_every_option, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_help_of_a_command, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_refuse, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_take_what_looks_like_an_option, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_keep_for_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_hide_secrets, setup, teardown),
		cmocka_unit_test_setup_teardown(test_options_salvage_finds_reports, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
