#include "cli/typed_step.h"

#include "kit/arena.h"
#include "kit/suggest.h"
#include "scenario/load.h"
#include "scenario/write.h"

#include <ctype.h>

/* --- words ------------------------------------------------------------------------------------------ */

/* The place of a part of the line. */
static struct span place_of(const struct typed_line *line, str part)
{
	return (struct span){
		.source = line->source,
		.offset = (size_t)(part.data - line->source->text.data),
		.len = part.len,
	};
}

static struct error *wrong_at(const struct typed_line *line, str part, struct arena *arena,
		const char *hint, const char *message)
{
	struct error *error =
			error_at(arena, ERROR_INVALID, place_of(line, part), "%s", message);

	error->hint = str_from(hint);
	return error;
}

/* Take the next word off the front of `rest`; false: there is none. */
static bool next_word(str *rest, str *ret_word)
{
	size_t end = 0;

	*rest = str_trim(*rest);
	while (end < rest->len && !isspace((unsigned char)rest->data[end])) {
		end++;
	}
	*ret_word = str_slice(*rest, 0, end);
	*rest = str_trim(str_slice(*rest, end, rest->len));
	return end > 0;
}

static void add_target(struct buf *out, const char *key, const struct str_list *targets)
{
	buf_format(out, "%s: ", key);
	write_texts(out, targets, targets->count != 1, targets->count != 1);
	buf_add_char(out, '\n');
}

/* --- Alembic's commands ----------------------------------------------------------------------------- */

static struct error *write_move(const struct typed_line *line, const char *key, struct buf *out)
{
	struct str_list targets = { 0 };
	str rest = line->rest, word;

	while (next_word(&rest, &word)) {
		str_list_add(&targets, word, out->arena);
	}
	if (targets.count != 1) {
		return wrong_at(line, targets.count ? targets.items[1] : line->word, out->arena,
				"'upgrade head', 'downgrade -1': an id or the start of one, head, base, +1.",
				"the command takes one target");
	}
	add_target(out, key, &targets);
	return NULL;
}

static struct error *write_upgrade(const struct typed_line *line, struct buf *out)
{
	return write_move(line, "upgrade", out);
}

static struct error *write_downgrade(const struct typed_line *line, struct buf *out)
{
	return write_move(line, "downgrade", out);
}

static struct error *write_stamp(const struct typed_line *line, struct buf *out)
{
	struct str_list targets = { 0 };
	bool purges = false;
	str rest = line->rest, word;

	while (next_word(&rest, &word)) {
		if (str_equal(word, STR("--purge"))) {
			purges = true;
		} else {
			str_list_add(&targets, word, out->arena);
		}
	}
	if (!targets.count) {
		return wrong_at(line, line->word, out->arena, "'stamp head', 'stamp --purge base'.",
				"the command takes a target");
	}
	add_target(out, "stamp", &targets);
	if (purges) {
		buf_add(out, STR("purge: true\n"));
	}
	return NULL;
}

static struct error *write_merge(const struct typed_line *line, struct buf *out)
{
	struct str_list revisions = { 0 };
	str rest = line->rest, word, id = { 0 }, message = { 0 };

	while (next_word(&rest, &word)) {
		if (str_equal(word, STR("--rev-id"))) {
			(void)next_word(&rest, &id);
		} else if (str_equal(word, STR("-m")) || str_equal(word, STR("--message"))) {
			message = rest; // the last one: it may have blanks in it
			rest = (str){ 0 };
		} else {
			str_list_add(&revisions, word, out->arena);
		}
	}
	if (!revisions.count || !id.len) {
		return wrong_at(line, line->word, out->arena,
				"'merge heads --rev-id ID', or ids in the place of heads; '-m MESSAGE' may stand behind.",
				"a merge takes what is merged, and an id for the new revision");
	}
	buf_add(out, STR("merge:\n  revisions: "));
	write_texts(out, &revisions, revisions.count != 1, revisions.count != 1);
	buf_add(out, STR("\n  revision: "));
	write_text(out, id, false);
	buf_add_char(out, '\n');
	if (message.len) {
		buf_add(out, STR("  message: "));
		write_text(out, message, false);
		buf_add_char(out, '\n');
	}
	return NULL;
}

/* --- SQL --------------------------------------------------------------------------------------------- */

/* Statements that begin so have rows to show. */
static bool asks_for_rows(str sql)
{
	static const char *const words[] = { "select", "values", "table", "explain", "pragma",
		"show" };
	str word;
	bool asks = false;

	(void)next_word(&sql, &word);
	for (size_t i = 0; !asks && i < COUNT_OF(words); i++) {
		const str known = str_from(words[i]);

		asks = word.len == known.len;
		for (size_t j = 0; asks && j < known.len; j++) {
			asks = tolower((unsigned char)word.data[j]) == known.data[j];
		}
	}
	return asks;
}

static struct error *write_sql(const struct typed_line *line, struct buf *out)
{
	if (!line->rest.len) {
		return wrong_at(line, line->word, out->arena,
				"'sql UPDATE t SET n = 1', 'sql SELECT * FROM t'.",
				"there is no SQL behind the command");
	}
	buf_format(out, "%s:", asks_for_rows(line->rest) ? "show" : "sql");
	write_value(out, line->rest, 2);
	return NULL;
}

static struct error *write_load(const struct typed_line *line, struct buf *out)
{
	if (!line->rest.len) {
		return wrong_at(line, line->word, out->arena, "'load FILE'.",
				"the command takes a file");
	}
	buf_add(out, STR("load: "));
	write_text(out, line->rest, false);
	buf_add_char(out, '\n');
	return NULL;
}

/* --- edits of the tree ------------------------------------------------------------------------------ */

/* What a revision has. */
static const struct {
	const char *name;
	bool is_list; /* ids with commas between, or null */
	bool is_flag;
} revision_keys[] = {
	{ "revision", false, false },
	{ "down_revision", true, false },
	{ "depends_on", true, false },
	{ "branch_labels", true, false },
	{ "file", false, false },
	{ "message", false, false },
	{ "upgrade", false, false },
	{ "downgrade", false, false },
	{ "autocommit", false, true },
	{ "irreversible", false, true },
};

/* The key that `text` begins with, with its '='; SIZE_MAX: none. */
static size_t key_at(str text)
{
	for (size_t i = 0; i < COUNT_OF(revision_keys); i++) {
		const str name = str_from(revision_keys[i].name);

		if (str_starts_with(text, name) && text.len > name.len && text.data[name.len] == '=') {
			return i;
		}
	}
	return SIZE_MAX;
}

/* Where the value at the front of `text` ends: before the next key. */
static size_t value_end(str text)
{
	for (size_t i = 1; i < text.len; i++) {
		if (isspace((unsigned char)text.data[i - 1]) &&
				key_at(str_slice(text, i, text.len)) != SIZE_MAX) {
			return i;
		}
	}
	return text.len;
}

static void add_list(struct buf *out, str value)
{
	struct str_list items = { 0 };
	str item;

	while (value.len && str_next_part(&value, ',', &item)) {
		if (str_trim(item).len) {
			str_list_add(&items, str_trim(item), out->arena);
		}
	}
	write_texts(out, &items, items.count > 1, items.count > 1);
}

static void add_key(struct buf *out, size_t key, str value, size_t indent)
{
	buf_add_repeated(out, ' ', indent);
	buf_format(out, "%s:", revision_keys[key].name);
	if (revision_keys[key].is_list) {
		buf_add_char(out, ' ');
		add_list(out, str_equal(value, STR("null")) ? (str){ 0 } : value);
		buf_add_char(out, '\n');
	} else if (revision_keys[key].is_flag) {
		buf_format(out, " %.*s\n", STR_ARG(value));
	} else {
		write_value(out, value, indent + 2);
	}
}

#define KEYS_HINT                                                                           \
	"KEY=VALUE, of down_revision, revision, depends_on, branch_labels, file, message, " \
	"upgrade, downgrade, autocommit and irreversible; 'down_revision=a,b' for two."

/* All KEY=VALUE of `rest`, in lines that begin behind `indent` blanks. */
static struct error *add_keys(const struct typed_line *line, str rest, size_t indent,
		struct buf *out)
{
	if (!rest.len) {
		return wrong_at(line, line->word, out->arena, KEYS_HINT,
				"there is nothing behind the revision");
	}
	while (rest.len) {
		const size_t key = key_at(rest);

		if (key == SIZE_MAX) {
			str word;

			(void)next_word(&rest, &word);
			return wrong_at(line, word, out->arena, KEYS_HINT,
					"this is nothing that a revision has");
		}
		const size_t from = str_find_char(rest, '=') + 1;
		const size_t len = value_end(str_slice(rest, from, rest.len));

		add_key(out, key, str_trim(str_slice(rest, from, len)), indent);
		rest = str_slice(rest, from + len, rest.len);
	}
	return NULL;
}

static struct error *no_revision(const struct typed_line *line, struct arena *arena)
{
	return wrong_at(line, line->word, arena,
			"'edit REVISION down_revision=ID', 'add ID down_revision=ID upgrade=SQL', 'remove REVISION'.",
			"the command takes a revision");
}

/* The revision or file that a word names: in full, or, as everywhere, by how its id begins. */
static struct error *find_revision(
		const struct typed_line *line, str word, struct arena *arena, str *ret_name)
{
	struct str_list ids = { 0 }, near = { 0 };

	for (size_t i = 0; line->tree && i < line->tree->count; i++) {
		const struct revision_spec *spec = &line->tree->items[i].spec;

		if (str_equal(word, spec->revision) || str_equal(word, spec->file)) {
			*ret_name = word;
			return NULL;
		}
		str_list_add(&ids, spec->revision, arena);
		if (str_starts_with(spec->revision, word) &&
				!str_list_contains(&near, spec->revision)) {
			str_list_add(&near, spec->revision, arena);
		}
	}
	*ret_name = near.count ? near.items[0] : word;
	if (!line->tree || near.count == 1) {
		return NULL;
	}
	struct error *error = error_at(arena, ERROR_NOT_FOUND, place_of(line, word),
			near.count ? "several revisions begin with '%.*s'"
				   : "no revision or file '%.*s'",
			STR_ARG(word));

	error->hint = near.count ? str_list_join(&near, STR(", "), arena)
				 : suggest_hint(word, &ids, arena);
	return error;
}

static struct error *write_edit(const struct typed_line *line, struct buf *out)
{
	str rest = line->rest, name;

	if (!next_word(&rest, &name)) {
		return no_revision(line, out->arena);
	}
	struct error *error = find_revision(line, name, out->arena, &name);
	if (error) {
		return error;
	}
	buf_add(out, STR("edit:\n  change_revisions:\n    "));
	write_text(out, name, false);
	buf_add(out, STR(":\n"));
	return add_keys(line, rest, 6, out);
}

static struct error *write_add(const struct typed_line *line, struct buf *out)
{
	str rest = line->rest, name;

	if (!next_word(&rest, &name)) {
		return no_revision(line, out->arena);
	}
	buf_add(out, STR("edit:\n  add_revisions:\n    - revision: "));
	write_text(out, name, false);
	buf_add_char(out, '\n');
	return add_keys(line, rest, 6, out);
}

static struct error *write_remove(const struct typed_line *line, struct buf *out)
{
	struct str_list names = { 0 };
	str rest = line->rest, name;

	while (next_word(&rest, &name)) {
		struct error *error = find_revision(line, name, out->arena, &name);

		if (error) {
			return error;
		}
		str_list_add(&names, name, out->arena);
	}
	if (!names.count) {
		return no_revision(line, out->arena);
	}
	buf_add(out, STR("edit:\n  remove_revisions: "));
	write_texts(out, &names, true, true);
	buf_add_char(out, '\n');
	return NULL;
}

/* --- the table --------------------------------------------------------------------------------------- */

const struct typed_word typed_words[] = {
	{ "upgrade", "TARGET", "what 'alembic upgrade TARGET' does", write_upgrade, false },
	{ "downgrade", "TARGET", "what 'alembic downgrade TARGET' does", write_downgrade, false },
	{ "stamp", "[--purge] TARGET...", "what 'alembic stamp TARGET...' does", write_stamp,
			false },
	{ "merge", "REVISION... --rev-id ID", "write a merge revision, of heads or of these",
			write_merge, false },
	{ "sql", "SQL", "run SQL outside of Alembic; rows are shown", write_sql, true },
	{ "load", "FILE", "load a dump, or a file of SQL", write_load, false },
	{ "edit", "REVISION KEY=VALUE...",
			"change a revision: 'edit b2c3 down_revision=a1b2'; new code is deployed",
			write_edit, false },
	{ "add", "ID KEY=VALUE...",
			"add a revision: 'add d4e5 down_revision=b2c3 upgrade=CREATE TABLE t (i int)'",
			write_add, false },
	{ "remove", "REVISION...", "take revisions out of the tree", write_remove, false },
	{ 0 },
};

static const struct typed_word *find_word(str name)
{
	for (size_t i = 0; typed_words[i].name; i++) {
		if (str_equal(name, str_from(typed_words[i].name))) {
			return &typed_words[i];
		}
	}
	return NULL;
}

/* The step itself: "check: {...}", "{upgrade: head, fails: x}". */
static bool is_in_full(const struct typed_line *line)
{
	bool is_key = str_starts_with(line->word, STR("{"));

	for (size_t i = 0; !is_key && i < STEP_KIND_COUNT; i++) {
		const str name = str_from(step_kind_names[i]);

		is_key = str_starts_with(line->word, name) && line->word.len > name.len &&
				line->word.data[name.len] == ':';
	}
	return is_key;
}

bool typed_step_is(const struct typed_line *line)
{
	return find_word(line->word) || is_in_full(line);
}

/* --- reading ----------------------------------------------------------------------------------------- */

/* SQL stands in the line as it is, so what fails is shown there. */
static void place_sql(const struct typed_line *line, struct arena *arena, struct step *step)
{
	struct text_stretch *stretch = arena_new(arena, struct text_stretch);

	stretch->source_offset = place_of(line, line->rest).offset;
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		step->sql.by_engine[i] = (struct located_text){
			.text = line->rest,
			.source = line->source,
			.stretches = stretch,
			.stretch_count = 1,
		};
	}
}

bool typed_step_read(const struct typed_line *line, struct scenario *scenario,
		struct arena *arena, struct error_list *mistakes, struct step *ret_step,
		str *ret_text)
{
	const struct typed_word *word = find_word(line->word);
	struct buf text = { .arena = arena };
	const struct source *source = line->source;

	if (word) {
		struct error *error = word->write(line, &text);

		if (error) {
			error_list_add(mistakes, error, arena);
			return false;
		}
		struct source *written = source_new(line->source->name, buf_str(&text), arena);

		written->lines_before = line->source->lines_before;
		source = written;
	} else {
		buf_add(&text, str_trim(line->source->text));
		buf_add_char(&text, '\n');
	}
	if (!scenario_read_step(scenario, source, arena, mistakes, ret_step)) {
		return false;
	}
	if (word) {
		ret_step->where = place_of(line, line->word);
	}
	if (word && word->is_sql) {
		place_sql(line, arena, ret_step);
	}
	*ret_text = buf_str(&text);
	return true;
}

/* A pattern that matches nothing else. */
static str quoted_pattern(str message, struct arena *arena)
{
	struct buf pattern = { .arena = arena };
	str rest = message;

	buf_add(&pattern, STR("\\Q"));
	while (rest.len) {
		const size_t end = str_find(rest, STR("\\E"));

		buf_add(&pattern, str_slice(rest, 0, end));
		if (end == rest.len) {
			break;
		}
		buf_add(&pattern, STR("\\E\\\\E\\Q"));
		rest = str_slice(rest, end + 2, rest.len);
	}
	buf_add(&pattern, STR("\\E"));
	return buf_str(&pattern);
}

str typed_step_failing(str text, str message, struct arena *arena)
{
	struct buf out = { .arena = arena };
	const str pattern = quoted_pattern(message, arena);

	if (str_starts_with(text, STR("{"))) { // all keys are in the braces, the last of which ends it
		const str inside = str_trim(str_slice(text, 1, text.len));

		buf_add(&out, STR("{fails: "));
		write_text(&out, pattern, true);
		buf_add(&out, STR(", "));
		buf_add(&out, inside);
		buf_add_char(&out, '\n');
	} else {
		buf_add(&out, text);
		buf_add(&out, STR("fails:"));
		write_value(&out, pattern, 2);
	}
	return buf_str(&out);
}
