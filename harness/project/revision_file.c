#include "project/revision_file.h"

#include "project/encoding.h"

#include <string.h>

const char *const revision_fact_names[FACT_COUNT] = {
	[FACT_REVISION] = "revision",
	[FACT_DOWN_REVISION] = "down_revision",
	[FACT_BRANCH_LABELS] = "branch_labels",
	[FACT_DEPENDS_ON] = "depends_on",
};

/* Whether Python carries out a block when it loads the module; the later kinds prevail over the earlier. */
enum context {
	CONTEXT_MODULE,    /* yes */
	CONTEXT_TRY,       /* yes, unless it ends early: `try`, `with` */
	CONTEXT_PERHAPS,   /* `if`, loops, `match`, `except` */
	CONTEXT_ELSEWHERE, /* no: functions, classes, `if TYPE_CHECKING:` */
};

struct walk {
	struct python_file file;
	struct revision_file *found;
	size_t level; /* of blocks */
	enum context contexts[PYTHON_MAX_BLOCKS + 1];
	enum context next;   /* of the block that the line before has begun */
	bool is_first;       /* no statement yet: a string would be the docstring */
	const char *refused; /* what no tokenizer, but Python would refuse; NULL: nothing so far */
	size_t refused_at;
	struct span star; /* the last `import *` of the module; or nowhere */
};

static enum context stronger(enum context a, enum context b)
{
	return a > b ? a : b;
}

static bool is_at(const struct walk *walk, const char *text)
{
	return python_file_is_at(&walk->file, text);
}

static struct python_token take(struct walk *walk)
{
	return python_file_take(&walk->file);
}

static bool is_statement_end(const struct walk *walk)
{
	switch (walk->file.token.kind) {
	case PYTHON_NEWLINE:
	case PYTHON_INDENT:
	case PYTHON_DEDENT:
	case PYTHON_END:
	case PYTHON_ERROR:
		return true;
	case PYTHON_OPERATOR:
		return python_file_operator(&walk->file) == ';' &&
				walk->file.reader.bracket_count == 0;
	case PYTHON_NAME:
	case PYTHON_NUMBER:
	case PYTHON_STRING:
		break;
	}
	return false;
}

/* ---- names ---- */

/* The fact of this name; FACT_COUNT: none. */
static size_t fact_of(str name)
{
	size_t fact = 0;

	while (fact < FACT_COUNT && !str_equal(name, str_from(revision_fact_names[fact]))) {
		fact++;
	}
	return fact;
}

/* Whether a name means anything to Alembic. */
static bool is_known(str name)
{
	return fact_of(name) < FACT_COUNT || str_equal(name, STR("upgrade")) ||
			str_equal(name, STR("downgrade"));
}

/* `name` stands for `value` from now on. */
static void bind(struct walk *walk, str name, struct span where, const struct literal *value,
		enum context context)
{
	const size_t index = fact_of(name);

	if (context == CONTEXT_ELSEWHERE) {
		return;
	}
	if (index == FACT_COUNT) {
		walk->found->has_upgrade |= str_equal(name, STR("upgrade"));
		walk->found->has_downgrade |= str_equal(name, STR("downgrade"));
		return;
	}
	struct declared_fact *fact = &walk->found->facts[index];

	if (context == CONTEXT_PERHAPS) {
		fact->perhaps = where;
		return;
	}
	*fact = (struct declared_fact){ .is_there = true, .value = *value, .where = where };
	if (context == CONTEXT_TRY && value->kind != LITERAL_OTHER) {
		fact->value.kind = LITERAL_OTHER;
		fact->value.reason = "a value given inside a 'try' or 'with'";
	}
}

/* The same for what is no literal. */
static void bind_other(struct walk *walk, struct python_token token, const char *reason,
		enum context context)
{
	const struct span where = python_file_span(&walk->file, token.offset, token.len);
	const struct literal value = { .kind = LITERAL_OTHER, .reason = reason, .where = where };

	bind(walk, python_token_text(&walk->file.reader, token), where, &value, context);
}

/* ---- simple statements ---- */

/* `import a.b, c as d`, `from a import (b, c as d)`: the names that are bound. */
static void read_import(struct walk *walk, enum context context)
{
	bool is_from = is_at(walk, "from");
	struct python_token last = { 0 }; // a name that stands, unless `as` follows
	bool is_path = is_from;           // up to `import`
	bool is_dotted = false;

	take(walk);
	while (!is_statement_end(walk)) {
		if (is_path && is_at(walk, "import")) {
			is_path = false;
		} else if (is_path) {
			take(walk);
			continue;
		} else if (python_file_operator(&walk->file) == '*' && context == CONTEXT_MODULE) {
			walk->star = python_file_span(&walk->file, walk->file.token.offset, 1);
		} else if (is_at(walk, "as")) {
			last.len = 0;
			is_dotted = false;
		} else if (python_file_operator(&walk->file) == '.') {
			is_dotted = true;
		} else if (walk->file.token.kind == PYTHON_NAME && !is_dotted) {
			last = walk->file.token;
		} else if (python_file_operator(&walk->file) == ',' && last.len) {
			bind_other(walk, last, "an import", context);
			last.len = 0;
			is_dotted = false;
		}
		take(walk);
	}
	if (last.len) {
		bind_other(walk, last, "an import", context);
	}
}

static void read_del(struct walk *walk, enum context context)
{
	take(walk);
	while (!is_statement_end(walk)) {
		const struct python_token token = take(walk);
		const size_t fact = fact_of(python_token_text(&walk->file.reader, token));

		if (fact < FACT_COUNT && context == CONTEXT_MODULE) {
			walk->found->facts[fact] = (struct declared_fact){ 0 };
		}
	}
}

struct target {
	str name;
	struct span where;
};

struct targets {
	struct target *items;
	size_t count, capacity;
};

/*
 * Names of facts that a longer target holds, as in `revision, down_revision = ...`, or with `only_walrus`
 * those before `:=`.
 */
static void bind_parts(struct walk *walk, struct span part, bool only_walrus, enum context context)
{
	const str text = str_slice(part.source->text, part.offset, part.len);
	struct python_reader reader;
	struct python_token before = { 0 };

	python_reader_init(&reader, text);
	for (;;) {
		const struct python_token token = python_next(&reader);

		if (token.kind == PYTHON_END || token.kind == PYTHON_ERROR) {
			return;
		}
		if (only_walrus ? python_token_is(&reader, token, STR(":=")) &&
								before.kind == PYTHON_NAME
				: token.kind == PYTHON_NAME &&
								!python_token_is(&reader, before,
										STR("."))) {
			const struct python_token named = only_walrus ? before : token;

			bind_other(walk,
					(struct python_token){ .offset = part.offset -
									walk->file.skipped +
									named.offset,
							.len = named.len },
					"a part of a longer assignment", context);
		}
		before = token;
	}
}

static bool is_augmented(str segment, size_t name_len)
{
	const str rest = str_trim(str_slice(segment, name_len, segment.len));
	const size_t equals = str_find_char(rest, '=');

	return (equals == 1 || equals == 2) && !str_starts_with(rest, STR("=")) &&
			strchr("+-*/%@&|^<>", rest.data[0]) && !str_starts_with(rest, STR("<=")) &&
			!str_starts_with(rest, STR(">="));
}

/* Whether a segment before `=` is `x[...]` or `x.y`, which binds no name. */
static bool is_part_of_something(str segment)
{
	size_t at = 0;

	while (at < segment.len && segment.data[at] != '.' && segment.data[at] != '[' &&
			segment.data[at] != ',' && segment.data[at] != '(') {
		at++;
	}
	return at && at < segment.len && segment.data[at] != ',';
}

/* An assignment or an expression. */
static void read_expression(struct walk *walk, enum context context)
{
	const struct arena_mark mark = arena_mark(walk->file.arena);
	struct targets targets = { 0 };
	bool has_target = false;
	struct literal value;

	for (;;) {
		const struct python_token first = walk->file.token;

		value = literal_read(&walk->file, false);

		const str segment = str_slice(
				walk->found->source->text, value.where.offset, value.where.len);
		const bool is_name = first.kind == PYTHON_NAME && value.where.len == first.len;
		bool is_target = python_file_operator(&walk->file) == '=';

		if (!has_target &&
				python_file_operator(&walk->file) ==
						':') { // an annotation, or the end of a header
			take(walk);
			(void)literal_read(&walk->file, false);
			is_target = python_file_operator(&walk->file) == '=';
			if (!is_target) {
				value.kind = LITERAL_OTHER; // `revision: str` assigns nothing
				walk->is_first = false;
			}
		}
		if (!is_target) {
			if (first.kind == PYTHON_NAME && is_augmented(segment, first.len)) {
				bind_other(walk, first, "a computation", context);
			} else if (str_find(segment, STR(":=")) < segment.len) {
				bind_parts(walk, value.where, true, context);
			}
			break;
		}
		take(walk);
		has_target = true;
		const str name = is_name ? python_token_text(&walk->file.reader, first) : STR("");

		if (is_name && is_known(name)) {
			struct target *target = LIST_PUSH(&targets, walk->file.arena);

			target->name = name;
			target->where = python_file_span(&walk->file, first.offset, first.len);
		} else if (!is_name && !is_part_of_something(segment)) {
			bind_parts(walk, value.where, false, context);
		}
	}
	for (size_t i = 0; i < targets.count; i++) {
		bind(walk, targets.items[i].name, targets.items[i].where, &value, context);
	}
	if (walk->is_first && !has_target && value.kind == LITERAL_TEXT) {
		walk->found->docstring = str_trim(value.items[0].value);
		walk->found->docstring_where = value.where;
	} else if (!targets.count) { // nothing of it is kept
		arena_rewind(walk->file.arena, mark);
	}
	while (!is_statement_end(walk)) { // what no expression has
		take(walk);
	}
}

static void read_simple(struct walk *walk, enum context context)
{
	if (is_at(walk, "import") || is_at(walk, "from")) {
		read_import(walk, context);
	} else if (is_at(walk, "del")) {
		read_del(walk, context);
	} else if (!is_statement_end(walk)) {
		read_expression(walk, context);
	}
	walk->is_first = false;
}

/* ---- compound statements ---- */

static bool is_compound(const struct walk *walk)
{
	static const char *const keywords[] = { "def", "class", "if", "elif", "else", "for",
		"while", "try", "except", "finally", "with", "async" };

	for (size_t i = 0; walk->file.token.kind == PYTHON_NAME && i < COUNT_OF(keywords); i++) {
		if (is_at(walk, keywords[i])) {
			return true;
		}
	}
	return false;
}

/* Whether an `if` with this condition never holds while Alembic loads the file. */
static bool is_never(str condition)
{
	static const char *const never[] = { "False", "0", "None", "TYPE_CHECKING",
		"typing.TYPE_CHECKING", "__name__ == \"__main__\"", "__name__ == '__main__'" };

	for (size_t i = 0; i < COUNT_OF(never); i++) {
		if (str_equal(condition, str_from(never[i]))) {
			return true;
		}
	}
	return false;
}

/* Over a header to behind its colon; names that it binds (`for x in`, `as x`, `x :=`) are noted. */
static void skip_header(struct walk *walk, bool is_for, enum context context)
{
	struct python_token before = { 0 };
	size_t lambdas = 0;

	while (!is_statement_end(walk)) {
		const struct python_token token = take(walk);
		const struct python_reader *reader = &walk->file.reader;

		if (python_token_is(reader, token, STR("lambda"))) {
			lambdas++;
		} else if (python_token_is(reader, token, STR("in"))) {
			is_for = false;
		} else if (python_token_is(reader, token, STR(":")) && lambdas) {
			lambdas--;
		} else if (python_token_is(reader, token, STR(":")) &&
				reader->bracket_count -
								(python_file_operator(
										 &walk->file) ==
												'(' ||
										python_file_operator(
												&walk->file) ==
												'[' ||
										python_file_operator(
												&walk->file) ==
												'{') +
								(python_file_operator(
										 &walk->file) ==
												')' ||
										python_file_operator(
												&walk->file) ==
												']' ||
										python_file_operator(
												&walk->file) ==
												'}') ==
						0) {
			return;
		} else if (token.kind == PYTHON_NAME &&
				(is_for || python_token_is(reader, before, STR("as")) ||
						is_at(walk, ":="))) {
			bind_other(walk, token, "a name that a statement gives", context);
		}
		before = token;
	}
}

static void read_compound(struct walk *walk, enum context context)
{
	enum context inner = CONTEXT_PERHAPS;
	bool is_for = false;

	if (is_at(walk, "async")) {
		take(walk);
	}
	if (is_at(walk, "def") || is_at(walk, "class")) {
		inner = CONTEXT_ELSEWHERE;
		take(walk);
		if (walk->file.token.kind == PYTHON_NAME) {
			bind_other(walk, walk->file.token, "a function or a class", context);
		}
	} else if (is_at(walk, "try") || is_at(walk, "with") || is_at(walk, "finally")) {
		inner = CONTEXT_TRY;
		take(walk);
	} else {
		const bool is_if = is_at(walk, "if");

		is_for = is_at(walk, "for");
		take(walk);
		const size_t start = walk->file.token.offset;
		const struct python_reader *reader = &walk->file.reader;

		skip_header(walk, is_for, context);
		if (is_if && walk->file.token.offset > start) {
			str condition = str_slice(
					reader->text, start, walk->file.token.offset - start);

			condition = str_slice(condition, 0, str_find_char(condition, ':'));
			if (is_never(str_trim(condition))) {
				inner = CONTEXT_ELSEWHERE;
			}
		}
		walk->next = stronger(context, inner);
		return;
	}
	skip_header(walk, is_for, context);
	walk->next = stronger(context, inner);
}

/* ---- lines and blocks ---- */

static void refuse(struct walk *walk, const char *why, size_t at)
{
	if (!walk->refused) {
		walk->refused = why;
		walk->refused_at = at;
	}
}

/* No statement begins with an operator such as those of a conflict that `git merge` has left in the file. */
static void check_line_start(struct walk *walk)
{
	const struct python_token token = walk->file.token;
	const str rest = str_slice(walk->file.reader.text, token.offset, 7);

	if (token.kind != PYTHON_OPERATOR || strchr("([{+-~*@.", rest.data[0])) {
		return;
	}
	refuse(walk,
			str_equal(rest, STR("<<<<<<<")) || str_equal(rest, STR("=======")) ||
							str_equal(rest, STR(">>>>>>>"))
					? "a conflict of a merge was left in the file"
					: "invalid syntax",
			token.offset);
}

/* One logical line; what it begins is walk->next. */
static void read_line(struct walk *walk)
{
	const enum context context = walk->contexts[walk->level];
	enum context inner = context;

	walk->next = stronger(context, CONTEXT_PERHAPS);
	if (context == CONTEXT_ELSEWHERE || python_file_operator(&walk->file) == '@') {
		while (!is_statement_end(walk) || python_file_operator(&walk->file) == ';') {
			take(walk);
		}
		walk->is_first = false;
		return;
	}
	if (is_compound(walk)) {
		read_compound(walk, context);
		inner = walk->next;
		walk->is_first = false;
	}
	for (;;) { // what follows the colon on the same line, too
		read_simple(walk, inner);
		if (python_file_operator(&walk->file) != ';') {
			return;
		}
		take(walk);
	}
}

static void read_module(struct walk *walk)
{
	bool begins_block = false; // the line before ended in a colon

	for (;;) {
		const struct python_token token = walk->file.token;

		if (begins_block && token.kind != PYTHON_INDENT && token.kind != PYTHON_ERROR) {
			refuse(walk, "expected an indented block", token.offset);
			begins_block = false;
		}
		switch (token.kind) {
		case PYTHON_END:
		case PYTHON_ERROR:
			return;
		case PYTHON_NEWLINE:
			begins_block = python_token_is(
					&walk->file.reader, walk->file.last, STR(":"));
			take(walk);
			break;
		case PYTHON_INDENT:
			if (!begins_block) {
				refuse(walk, "unexpected indent", token.offset);
			}
			begins_block = false;
			take(walk);
			walk->contexts[++walk->level] = walk->next;
			break;
		case PYTHON_DEDENT:
			take(walk);
			walk->level--;
			break;
		case PYTHON_NAME:
		case PYTHON_NUMBER:
		case PYTHON_STRING:
		case PYTHON_OPERATOR:
			check_line_start(walk);
			read_line(walk);
			break;
		}
	}
}

/* ---- the file ---- */

static void find_problem(struct walk *walk, const struct encoding *encoding, struct arena *arena)
{
	const struct source *source = walk->found->source;
	const char *nul = source->text.len ? memchr(source->text.data, 0, source->text.len) : NULL;

	if (encoding->problem.len) {
		walk->found->problem = error_at(arena, ERROR_INVALID,
				(struct span){ .source = source, .offset = encoding->at }, "%.*s",
				STR_ARG(encoding->problem));
	} else if (nul) {
		walk->found->problem = error_at(arena, ERROR_INVALID,
				(struct span){ .source = source,
						.offset = (size_t)(nul - source->text.data) },
				"source code cannot contain null bytes");
	} else if (walk->refused) { // it stands before what ended the tokens
		walk->found->problem = error_at(arena, ERROR_INVALID,
				python_file_span(&walk->file, walk->refused_at, 0), "%s",
				walk->refused);
	} else if (walk->file.reader.error) {
		walk->found->problem = error_at(arena, ERROR_INVALID,
				python_file_span(&walk->file, walk->file.reader.error_at, 0), "%s",
				walk->file.reader.error);
	}
}

/* Without an assignment of its own, a fact may be among what `import *` brings. */
static void look_at_star(struct walk *walk)
{
	for (size_t i = FACT_REVISION; walk->star.source && i <= FACT_DOWN_REVISION; i++) {
		struct declared_fact *fact = &walk->found->facts[i];

		if (!fact->is_there && !fact->perhaps.source) {
			*fact = (struct declared_fact){
				.is_there = true,
				.where = walk->star,
				.value = { .kind = LITERAL_OTHER,
						.reason = "whatever an 'import *' brings",
						.where = walk->star },
			};
		}
	}
}

struct revision_file revision_file_read(const struct source *source, struct arena *arena)
{
	const struct encoding encoding = encoding_of(source->text, arena);
	struct revision_file found = { .source = source };
	struct walk walk = { .found = &found, .is_first = true };

	python_file_init(&walk.file, source, encoding.is_latin_1, arena);
	read_module(&walk);
	find_problem(&walk, &encoding, arena);
	look_at_star(&walk);
	return found;
}

/* ---- what the docstring says ---- */

static bool claims(str line, const char *key, str *ret_value)
{
	if (!str_starts_with(line, str_from(key))) {
		return false;
	}
	*ret_value = str_trim(str_slice(line, strlen(key), line.len));
	return true;
}

/* Ids of a "Revises:" line that are looked at; no line has more. */
#define REVISES_MAX 1000

/* `text` without the marks around it. */
static str strip(str text, str marks)
{
	while (text.len && str_find_char(marks, text.data[0]) < marks.len) {
		text = str_slice(text, 1, text.len);
	}
	while (text.len && str_find_char(marks, text.data[text.len - 1]) < marks.len) {
		text.len--;
	}
	return text;
}

/* The ids of a "Revises:" line; words for a base are none. Old templates write a tuple: "('a', 'b')". */
static struct str_list read_revises(str value, struct arena *arena)
{
	const bool is_tuple = str_starts_with(value, STR("(")) || str_starts_with(value, STR("["));
	struct str_list ids = { 0 };
	str id;

	value = is_tuple ? strip(value, STR("()[]")) : value;
	while (ids.count < REVISES_MAX && str_next_part(&value, ',', &id)) {
		id = str_trim(id);
		id = is_tuple ? strip(id, STR("'\"")) : id;
		if (id.len && !str_equal(id, STR("None")) && !str_equal(id, STR("<base>")) &&
				!str_equal(id, STR("base")) && !str_equal(id, STR("-"))) {
			str_list_add(&ids, id, arena);
		}
	}
	return ids;
}

/* The line of the file in which `line`, a part of the docstring, stands; else the docstring. */
static struct span place_of(const struct revision_file *file, str line)
{
	const str text = file->source->text;
	const str written =
			str_slice(text, file->docstring_where.offset, file->docstring_where.len);
	const size_t at = str_find(written, line);

	return at == written.len ? file->docstring_where
				 : (struct span){ .source = file->source,
					   .offset = file->docstring_where.offset + at,
					   .len = line.len };
}

struct docstring_claims revision_file_claims(const struct revision_file *file, struct arena *arena)
{
	struct docstring_claims found = { 0 };
	str rest = file->docstring, line, value;

	while (str_next_part(&rest, '\n', &line)) {
		line = str_trim(line);
		if (!found.has_revision && claims(line, "Revision ID:", &value)) {
			found.has_revision = true;
			found.revision = value;
			found.revision_where = place_of(file, line);
		} else if (!found.has_revises && claims(line, "Revises:", &value)) {
			found.has_revises = true;
			found.revises_text = value;
			found.revises = read_revises(value, arena);
			found.revises_where = place_of(file, line);
		}
	}
	return found;
}

/* Whether a text is these ids with commas between them, whatever they are: one may be "x,y", or "None". */
static bool is_joined(str text, const struct str_list *ids)
{
	for (size_t i = 0; i < ids->count; i++) {
		if (!str_starts_with(text, ids->items[i])) {
			return false;
		}
		text = str_slice(text, ids->items[i].len, text.len);
		if (i + 1 < ids->count) {
			if (!str_starts_with(text, STR(", "))) {
				return false;
			}
			text = str_slice(text, 2, text.len);
		}
	}
	return text.len == 0;
}

bool docstring_claims_revise(const struct docstring_claims *claims, const struct str_list *ids)
{
	if (is_joined(claims->revises_text, ids)) {
		return true;
	}
	for (size_t i = 0; i < claims->revises.count; i++) {
		if (!str_list_contains(ids, claims->revises.items[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < ids->count; i++) {
		if (!str_list_contains(&claims->revises, ids->items[i])) {
			return false;
		}
	}
	return true;
}
