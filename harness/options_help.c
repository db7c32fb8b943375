#include "harness/options.h"

enum { TEXT_COLUMN = 34, COLUMNS = 80 };

/* A text in the right column, broken between words. */
static void add_wrapped(struct strbuf *out, struct str text)
{
	size_t column = TEXT_COLUMN;
	while (text.p) {
		struct str word = str_cut(&text, ' ');
		if (column > TEXT_COLUMN && column + 1 + word.n > COLUMNS) {
			strbuf_addc(out, '\n');
			strbuf_add_repeat(out, ' ', TEXT_COLUMN);
			column = TEXT_COLUMN;
		} else if (column > TEXT_COLUMN) {
			strbuf_addc(out, ' ');
			column++;
		}
		strbuf_add(out, word);
		column += word.n;
	}
	strbuf_addc(out, '\n');
}

static void add_row(struct strbuf *out, const struct cli_option *row)
{
	size_t start = out->n;
	if (row->letter)
		strbuf_addf(out, "  -%c, --%s", row->letter, row->name);
	else
		strbuf_addf(out, "      --%s", row->name);
	if (row->argument)
		strbuf_addf(out, " %s", row->argument);
	if (out->n - start + 2 > TEXT_COLUMN) {
		strbuf_addc(out, '\n');
		start = out->n;
	}
	strbuf_add_repeat(out, ' ', TEXT_COLUMN - (out->n - start));
	add_wrapped(out, str_from(row->help));
}

static void add_commands(struct strbuf *out)
{
	strbuf_adds(out, "\nCommands\n");
	for (size_t i = 0; i < cli_commands_count; i++)
		strbuf_addf(out, "  %-7s%s\n", cli_commands[i].word, cli_commands[i].what);
}

void options_help_program(struct strbuf *out)
{
	strbuf_adds(out, "usage: postflight [COMMAND] [OPTION]... PATH...      (run is the default)\n");
	add_commands(out);
	strbuf_adds(out, "\nOften used; 'postflight help COMMAND' lists all\n");
	for (size_t i = 0; i < cli_options_count; i++)
		if (cli_options[i].commands & CLI_OFTEN)
			add_row(out, &cli_options[i]);
	strbuf_adds(out, "\nExit status: 0 held, 1 usage, 2 bad file, 3 not asked, 4 failed, 5 empty\n");
}

void options_help(struct strbuf *out, enum command command)
{
	const char *group = "";
	for (size_t i = 0; i < cli_commands_count; i++)
		if (cli_commands[i].command == command)
			strbuf_addf(out, "usage: postflight %s\n%s %s\n", cli_commands[i].usage, cli_commands[i].word,
				cli_commands[i].what);
	for (size_t i = 0; i < cli_options_count; i++) {
		const struct cli_option *row = &cli_options[i];
		if (!(row->commands & (unsigned)command))
			continue;
		if (strcmp(group, row->group))
			strbuf_addf(out, "\n%s\n", row->group);
		group = row->group;
		add_row(out, row);
	}
	strbuf_adds(out, "\nIn the environment: POSTFLIGHT_JOBS=4, POSTFLIGHT_ALLOW_WRITE=1 and so on.\n"
			 "Exit status: 0 all held, 1 usage, 2 a file does not parse, 3 something could\n"
			 "not be asked, 4 an assertion failed, 5 nothing selected, 124 deadline,\n"
			 "127 a report could not be written, 128+n signal n.\n");
}
