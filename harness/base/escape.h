/*
 * One escaper per target; the only place that knows an escape. All of them append to `out` and take
 * any bytes, also text that is no UTF-8.
 */
#ifndef HARNESS_BASE_ESCAPE_H
#define HARNESS_BASE_ESCAPE_H

#include "harness/base/strbuf.h"

/* The inside of a JSON string (RFC 8259, 7). Bytes that are no UTF-8 become U+FFFD. */
void escape_json(struct strbuf *out, struct str s);

/*
 * What cannot be seen or must not reach a terminal or an XML file, made visible as text: C0 except
 * tab and newline, DEL, C1 and each byte of bad UTF-8 as "\x1B"; U+FFFE, U+FFFF, U+2028/9, U+FEFF
 * and bidi controls as "\u202E"; CR as "\r". The result is valid UTF-8.
 */
void escape_visible(struct strbuf *out, struct str s);

/* As escape_visible, on one line: tab "\t", newline "\n" too. */
void escape_visible_line(struct strbuf *out, struct str s);

/* XML text and attribute: escape_visible, then & < >, in attributes also " newline and tab. */
void escape_xml_text(struct strbuf *out, struct str s);
void escape_xml_attr(struct strbuf *out, struct str s);	/* for double quotes */

/* A TAP 13 description: one line, visible, '#' as U+FF03. */
void escape_tap13(struct strbuf *out, struct str s);

/*
 * A TAP 14 description or reason: one line, visible, '\' and '#' behind a backslash; a '#' before "skip" or "todo" in any case, blanks
 * between or not, as U+FF03: some readers take it for a directive even so.
 */
void escape_tap14(struct strbuf *out, struct str s);

/*
 * A double-quoted YAML scalar in the subset TAP readers take: \\ \" \n \t only; with the quotes.
 * What is made visible first keeps its backslash, doubled: ESC is "\\x1B".
 */
void escape_yaml_string(struct strbuf *out, struct str s);

/* One POSIX shell word: as it is when harmless, else in single quotes. Bytes stay what they are. */
void escape_shell(struct strbuf *out, struct str s);

/*
 * Inside an SQL string of the default mode: \0 \n \r \\ \' \" \Z; with no_backslash (the mode
 * NO_BACKSLASH_ESCAPES) only `quote`, doubled. Other bytes stay what they are.
 */
void escape_sql(struct strbuf *out, struct str s, char quote, bool no_backslash);

/* Percent-encoding of all but A-Z a-z 0-9 - . _ ~ and the bytes in `also` (may be ""): %2F. */
void escape_percent(struct strbuf *out, struct str s, const char *also);

/* HTML text or attribute: escape_visible, then & < > " ' as character references (' as &#x27;). */
void escape_html(struct strbuf *out, struct str s);

/*
 * For a console line with untrusted text: what a CI system would obey is disarmed. "::" at the
 * start, also after white space of any script, gets '|' before it; "##[", "##vso[", "##teamcity["
 * and "section_start:" anywhere, in any case, a backslash after the first character. Works on one
 * line without its line end; everything else stays what it is.
 */
void escape_ci_commands(struct strbuf *out, struct str line);

#endif
