/*
 * A module is taken apart into its statements; from `upgrade`, and from what takes effect by itself, those that it
 * needs are followed name by name.
 */
#include "project/code_internal.h"
#include "project/revision_file.h"

#include "kit/table.h"

#include <stdlib.h>

enum statement_kind {
	STATEMENT_EFFECT,  /* counts by itself */
	STATEMENT_BINDING, /* counts if a name that it gives is used */
	STATEMENT_IMPORT,  /* one name of an import; `words` says which, however it is written */
};

struct statement {
	enum statement_kind kind;
	size_t first, end; /* tokens */
	str name;          /* that it gives */
	str words;
	bool counts;
	size_t next; /* the one before that gives this name, from 1; 0: none */
};

struct module {
	struct arena *arena;
	struct python_tokens tokens;

	struct {
		struct statement *items;
		size_t count, capacity;
	} statements;

	struct table givers; /* name -> the last statement that gives it, from 1 */
	struct table seen;   /* names that are used */

	struct {
		str *items;
		size_t count, capacity;
	} used; /* the same, in the order in which they came up */
};

/* ---- taking a module apart ---- */

static enum python_token_kind kind_at(const struct module *module, size_t index)
{
	return module->tokens.items[index].token.kind;
}

static bool is_at(const struct module *module, size_t index, const char *text)
{
	return tokens_is(&module->tokens, index, text);
}

static size_t next_line(const struct module *module, size_t index)
{
	while (kind_at(module, index) != PYTHON_NEWLINE && kind_at(module, index) != PYTHON_END) {
		index++;
	}
	return kind_at(module, index) == PYTHON_NEWLINE ? index + 1 : index;
}

/* Behind the block that begins at `index`, if one does. */
static size_t behind_block(const struct module *module, size_t index)
{
	size_t depth = 0;

	do {
		depth += kind_at(module, index) == PYTHON_INDENT;
		depth -= depth && kind_at(module, index) == PYTHON_DEDENT;
		index += depth || kind_at(module, index) == PYTHON_DEDENT;
	} while (depth && kind_at(module, index) != PYTHON_END);
	return index;
}

/* Behind a line that begins a block, or a plain one, with all that belongs to it: the block, `else`, decorated. */
static size_t behind_statement(const struct module *module, size_t index)
{
	static const char *const further[] = { "elif", "else", "except", "finally" };
	bool goes_on = true;

	while (goes_on && kind_at(module, index) != PYTHON_END) {
		const bool is_decorator = is_at(module, index, "@");

		index = next_line(module, index);
		if (kind_at(module, index) == PYTHON_INDENT) {
			index = behind_block(module, index);
		}
		goes_on = is_decorator;
		for (size_t i = 0; !goes_on && i < COUNT_OF(further); i++) {
			goes_on = is_at(module, index, further[i]);
		}
	}
	return index;
}

static struct statement *add_statement(
		struct module *module, enum statement_kind kind, size_t first, size_t end, str name)
{
	struct statement *statement = LIST_PUSH(&module->statements, module->arena);

	statement->kind = kind;
	statement->first = first;
	statement->end = end;
	statement->name = name;
	statement->counts = kind == STATEMENT_EFFECT;
	return statement;
}

/* `import a.b as c`, `from a import b as c`: each name by itself. `a.b` gives `a`. */
static void add_import(struct module *module, size_t first, size_t end)
{
	const struct python_tokens *tokens = &module->tokens;
	struct buf from = { .arena = module->arena };
	size_t at = first;

	for (; at < end && !is_at(module, at, "import"); at++) {
		buf_format(&from, "%.*s ", STR_ARG(tokens_text(tokens, at)));
	}
	for (at++; at < end && !tokens_is_end(tokens, at);) {
		struct buf words = { .arena = module->arena };
		const size_t start = at;
		str name = STR("");

		buf_format(&words, "%.*simport ", STR_ARG(buf_str(&from)));
		for (; !is_at(module, at, ",") && !tokens_is_end(tokens, at); at++) {
			if (kind_at(module, at) == PYTHON_NAME && !name.len) {
				name = tokens_text(tokens, at);
			} else if (is_at(module, at, "as")) {
				name = tokens_text(tokens, at + 1);
			}
			if (!is_at(module, at, "(") && !is_at(module, at, ")")) {
				buf_format(&words, " %.*s", STR_ARG(tokens_text(tokens, at)));
			}
		}
		if (name.len || is_at(module, start, "*")) {
			struct statement *statement =
					add_statement(module, STATEMENT_IMPORT, start, at, name);

			statement->words = buf_str(&words);
			statement->counts = !name.len; // a star's names are not known
		}
		at += is_at(module, at, ",");
	}
}

/* The name that `a = ...`, `a: b = ...`, `def a`, `class a` gives; empty: it is another statement. */
static str name_given(const struct module *module, size_t first, size_t end)
{
	size_t at = first + is_at(module, first, "async");

	if (is_at(module, at, "def") || is_at(module, at, "class")) {
		return kind_at(module, at + 1) == PYTHON_NAME
				? tokens_text(&module->tokens, at + 1)
				: STR("");
	}
	if (kind_at(module, first) != PYTHON_NAME) {
		return STR("");
	}
	at = first + 1;
	if (is_at(module, at, ":")) { // an annotation
		while (at < end && !is_at(module, at, "=") && !tokens_is_end(&module->tokens, at)) {
			at++;
		}
		if (tokens_is_end(&module->tokens, at)) {
			return tokens_text(&module->tokens, first); // without a value
		}
	}
	if (!is_at(module, at, "=")) {
		return STR("");
	}
	for (at++; at < end; at++) { // a = b = ...: not by one name alone
		if (is_at(module, at, "=")) {
			return STR("");
		}
		if (is_at(module, at, "(") || is_at(module, at, "[") || is_at(module, at, "{")) {
			at = module->tokens.items[at].match;
		}
	}
	return tokens_text(&module->tokens, first);
}

static void add_simple(struct module *module, size_t first, size_t end)
{
	if (is_at(module, first, "import") || is_at(module, first, "from")) {
		add_import(module, first, end);
		return;
	}
	const str name = name_given(module, first, end);

	add_statement(module, name.len ? STATEMENT_BINDING : STATEMENT_EFFECT, first, end, name);
}

/* A line of simple statements, `a; b`. */
static void add_line(struct module *module, size_t first, size_t end)
{
	size_t at = first;

	for (size_t i = first; i < end; i++) {
		if (tokens_is_end(&module->tokens, i)) {
			if (i > at && !tokens_skip_idle(&module->tokens, at)) {
				add_simple(module, at, i + 1);
			}
			at = i + 1;
		}
	}
}

static bool has_block(const struct module *module, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		if (kind_at(module, i) == PYTHON_INDENT) {
			return true;
		}
	}
	return false;
}

static void take_apart(struct module *module)
{
	size_t end;

	for (size_t at = 0; kind_at(module, at) != PYTHON_END; at = end) {
		end = behind_statement(module, at);
		if (end == at) { // no file that Python takes has it
			end++;
		} else if (is_at(module, at, "@")) {
			add_statement(module, STATEMENT_EFFECT, at, end, STR(""));
		} else if (has_block(module, at, end) || is_at(module, at, "def") ||
				is_at(module, at, "class")) {
			const str name = name_given(module, at, end);

			add_statement(module, name.len ? STATEMENT_BINDING : STATEMENT_EFFECT, at,
					end, name);
		} else {
			add_line(module, at, end);
		}
	}
}

/* ---- what counts ---- */

static void use(struct module *module, str name)
{
	uint32_t ignored;

	if (!table_find(&module->seen, name, &ignored)) {
		table_set(&module->seen, name, 0);
		*LIST_PUSH(&module->used, module->arena) = name;
	}
}

/* What a statement that counts uses counts, too. */
static void use_names(struct module *module, const struct statement *statement)
{
	for (size_t i = statement->first; i < statement->end; i++) {
		const bool is_attribute = i > statement->first && is_at(module, i - 1, ".");

		if (statement->kind != STATEMENT_IMPORT && kind_at(module, i) == PYTHON_NAME &&
				!is_attribute) {
			use(module, tokens_text(&module->tokens, i));
		}
	}
}

static void find_givers(struct module *module)
{
	for (size_t i = 0; i < module->statements.count; i++) {
		struct statement *statement = &module->statements.items[i];
		uint32_t before = 0;

		if (statement->name.len) {
			(void)table_find(&module->givers, statement->name, &before);
			statement->next = before;
			table_set(&module->givers, statement->name, (uint32_t)i + 1);
		}
	}
}

static void follow(struct module *module)
{
	find_givers(module);
	use(module, STR("upgrade"));
	for (size_t i = 0; i < module->statements.count; i++) {
		if (module->statements.items[i].counts) {
			use_names(module, &module->statements.items[i]);
		}
	}
	for (size_t i = 0; i < module->used.count; i++) { // it grows meanwhile
		uint32_t giver = 0;

		(void)table_find(&module->givers, module->used.items[i], &giver);
		for (size_t at = giver; at; at = module->statements.items[at - 1].next) {
			struct statement *statement = &module->statements.items[at - 1];

			if (!statement->counts) {
				statement->counts = true;
				use_names(module, statement);
			}
		}
	}
}

static int compare_imports(const void *a, const void *b)
{
	const struct code_word *first = a, *second = b;

	return str_compare(first->text, second->text);
}

static struct code words_of(const struct module *module)
{
	struct code code = { .source = module->tokens.source };

	for (size_t i = 0; i < module->statements.count; i++) {
		const struct statement *statement = &module->statements.items[i];

		if (statement->counts && statement->kind == STATEMENT_IMPORT) {
			*LIST_PUSH(&code, module->arena) = (struct code_word){
				.text = statement->words,
				.offset = module->tokens.file.skipped +
						module->tokens.items[statement->first].token.offset,
			};
		}
	}
	if (code.count) {
		qsort(code.items, code.count, sizeof(*code.items), compare_imports);
	}
	for (size_t i = 0; i < module->statements.count; i++) {
		const struct statement *statement = &module->statements.items[i];

		if (statement->counts && statement->kind != STATEMENT_IMPORT) {
			code_add_words(&code, &module->tokens, statement->first, statement->end,
					module->arena);
		}
	}
	return code;
}

struct code code_read(const struct source *source, struct arena *arena)
{
	struct module module = {
		.arena = arena,
		.tokens = python_tokens_read(source, arena),
		.givers = { .arena = arena },
		.seen = { .arena = arena },
	};

	if (!module.tokens.is_whole) {
		struct code code = { .source = source };

		LIST_PUSH(&code, arena)->text = source->text;
		return code;
	}
	take_apart(&module);
	follow(&module);
	return words_of(&module);
}

/* The end of a line or a block, which has no place that people see. */
static bool is_layout(str word)
{
	return str_starts_with(word, STR("\n")) || str_equal(word, STR("<dedent>"));
}

bool code_equal(const struct code *a, const struct code *b, struct span *ret_where)
{
	size_t at = 0;

	while (at < a->count && at < b->count && str_equal(a->items[at].text, b->items[at].text)) {
		at++;
	}
	if (at == a->count && at == b->count) {
		return true;
	}
	while (at && (at >= b->count || is_layout(b->items[at].text))) {
		at--; // what is gone stood behind the last word
	}
	*ret_where = (struct span){
		.source = b->source,
		.offset = b->count ? b->items[at].offset : 0,
	};
	return false;
}
