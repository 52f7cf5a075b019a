#include "scenario/template.h"

static const char template_start[] =
		"# A rehearsal: what the migrations look like, where databases stand, which repairs are on\n"
		"# the table. Run it with `rehearse run`, check it with `rehearse check`; docs/format.md has\n"
		"# every key.\n"
		"rehearse: 1\n";

static const char template_rest[] =
		"story: |\n"
		"  What happened, for the people who will read this next year.\n"
		"\n"
		"# The migration files, in the order in which Alembic finds them. Quote ids that are numbers in\n"
		"# other people's eyes; a body is SQL, or {sqlite: ..., postgres: ...}, or {file: PATH}.\n"
		"revisions:\n"
		"  - revision: \"0001\"\n"
		"    down_revision: null\n"
		"    message: users\n"
		"    upgrade: |\n"
		"      CREATE TABLE users (id integer PRIMARY KEY, name varchar(40) NOT NULL);\n"
		"    downgrade: DROP TABLE users;\n"
		"  - revision: \"0002\"\n"
		"    down_revision: \"0001\"\n"
		"    message: users have an e-mail address\n"
		"    upgrade: ALTER TABLE users ADD COLUMN email varchar(80);\n"
		"    downgrade: ALTER TABLE users DROP COLUMN email;\n"
		"\n"
		"# Where repairs start from. `schema` is what really ran, `version` what the version table claims.\n"
		"states:\n"
		"  fresh: {}\n"
		"  production:\n"
		"    schema: \"0001\"\n"
		"    version: \"0002\"\n"
		"    seed: INSERT INTO users (id, name) VALUES (1, 'ada'), (2, 'grace');\n"
		"\n"
		"# The repairs. Each is tried from each state, on each engine.\n"
		"strategies:\n"
		"  just-upgrade:\n"
		"    title: Trust the version table\n"
		"    steps:\n"
		"      - upgrade: head\n"
		"  honest-stamp:\n"
		"    title: Tell the truth, then upgrade\n"
		"    states: [production]\n"
		"    steps:\n"
		"      - stamp: \"0001\"\n"
		"      - upgrade: head\n"
		"\n"
		"# What \"repaired\" means.\n"
		"goal:\n"
		"  version: heads\n"
		"  schema: {same_as: fresh}\n"
		"  rows_kept: all\n"
		"\n"
		"# What you expect of each cell; a cell that is not listed is expected to work.\n"
		"outcomes:\n"
		"  just-upgrade@production: {wrong: [schema]}\n";

str scenario_template(str name, struct arena *arena)
{
	struct buf text = { .arena = arena };

	buf_add(&text, str_from(template_start));
	buf_add(&text, STR("title: \""));
	for (size_t i = 0; i < name.len; i++) {
		const unsigned char c = (unsigned char)name.data[i];

		if (c == '"' || c == '\\') {
			buf_add_char(&text, '\\');
		}
		if (c < ' ' || c == 0x7F) {
			buf_format(&text, "\\x%02x", c);
		} else {
			buf_add_char(&text, (char)c);
		}
	}
	buf_add(&text, STR("\"\n"));
	buf_add(&text, str_from(template_rest));
	return buf_str(&text);
}
