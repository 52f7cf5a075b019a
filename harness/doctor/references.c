/*
 * Names that nothing has: missing parents, missing dependencies, file names in place of ids.
 */
#include "doctor/doctor_internal.h"
#include "revision/near.h"

#include <string.h>

/* A name in a file's declarations that nothing has. */
struct reference {
	const struct revision_spec *spec;
	str name;
	uint32_t child; /* the node of `spec` */
	bool is_dependency;
	const struct lost_revision *lost; /* what is known of the name; NULL: nothing */
	struct match match;
};

struct references {
	struct reference *items;
	size_t count, capacity;
};

static bool means_nothing(str name)
{
	return name.len == 0 || str_equal(name, STR("None")) || str_equal(name, STR("null")) ||
			str_equal(name, STR("base"));
}

static void collect(struct survey *survey, bool dependencies, struct references *found)
{
	for (size_t i = 0; i < survey->specs->count; i++) {
		const struct revision_spec *spec = &survey->specs->items[i];
		const struct str_list names = dependencies
				? spec->depends_on
				: spec_down_revision(spec, survey->level);

		for (size_t j = 0; j < names.count; j++) {
			const str name = names.items[j];

			if ((dependencies ? survey_find_dependency(survey, name)
					  : survey_find(survey, name)) == NO_NODE) {
				struct reference *reference = LIST_PUSH(found, survey->arena);

				reference->spec = spec;
				reference->name = name;
				reference->child = survey->node_of_spec[i];
				reference->is_dependency = dependencies;
				reference->match.node = NO_NODE;
			}
		}
	}
}

/*
 * A tuple that was copied into a text, as in "('0001', '0003')": its names, if each is a revision.
 */
static struct str_list names_in_quotes(struct survey *survey, str name)
{
	const str marks = STR(" '\"");
	struct str_list names = { 0 };
	str part;

	if (name.len < 2 || (name.data[0] != '(' && name.data[0] != '[')) {
		return names;
	}
	name = str_slice(name, 1, name.len - 2);
	while (str_next_part(&name, ',', &part)) {
		while (part.len && str_find_char(marks, part.data[0]) < marks.len) {
			part = str_slice(part, 1, part.len);
		}
		while (part.len && str_find_char(marks, part.data[part.len - 1]) < marks.len) {
			part.len--;
		}
		if (part.len && survey_find(survey, part) == NO_NODE) {
			return (struct str_list){ 0 };
		}
		if (part.len) {
			str_list_add(&names, part, survey->arena);
		}
	}
	return names;
}

static const char *field_of(const struct reference *reference)
{
	return reference->is_dependency ? "depends_on" : "down_revision";
}

static void edit_name(struct survey *survey, const struct reference *reference, str to,
		struct fault *fault)
{
	fault_edit(fault, reference->is_dependency ? SPEC_DEPENDS_ON : SPEC_DOWN_REVISION,
			reference->name, to, survey->arena);
}

/* How many names stand beside it in the same field. */
static size_t others_of(const struct reference *reference)
{
	return (reference->is_dependency ? reference->spec->depends_on.count
					 : reference->spec->down_revision.count) -
			1;
}

/* A name that is to stand for nothing. */
static str without_name(struct survey *survey, const struct reference *reference)
{
	if (others_of(reference)) {
		return str_format(survey->arena, "Take '%.*s' out of the %s of '%.*s'.",
				STR_ARG(reference->name), field_of(reference),
				STR_ARG(reference->spec->revision));
	}
	return str_format(survey->arena, "Write %s if '%.*s' %s.", survey_nothing(reference->spec),
			STR_ARG(reference->spec->revision),
			reference->is_dependency ? "depends on nothing" : "is a base");
}

/*
 * Nothing is spelt like the name: its file is gone, and belongs back if it ever ran. What to write else is a
 * guess.
 */
static str restoring(struct survey *survey, const struct reference *reference, struct fault *fault)
{
	const struct match *match = &reference->match;
	struct buf text = { .arena = survey->arena };

	buf_format(&text, "Restore the file of '%.*s'; if %.*s never ran anywhere: ",
			STR_ARG(reference->name), STR_ARG(reference->name));
	fault->is_guess = true;
	if (match->node != NO_NODE) {
		buf_format(&text, "%s'%.*s', %s.", match->equal_count ? "perhaps " : "",
				STR_ARG(survey->nodes[match->node].id),
				match->is_told ? match_rule_reason(MATCH_TOLD)
						: match->rule >= MATCH_BELOW
						? match_rule_reason(match->rule)
						: "the nearest of its series");
		edit_name(survey, reference, survey->nodes[match->node].id, fault);
		return buf_str(&text);
	}
	edit_name(survey, reference, (str){ 0 }, fault);
	if (!reference->is_dependency && !others_of(reference)) {
		buf_format(&text, "%s, which makes a base of it.", survey_nothing(reference->spec));
	} else {
		buf_format(&text, "take it out of the %s of '%.*s'.", field_of(reference),
				STR_ARG(reference->spec->revision));
	}
	return buf_str(&text);
}

static void add_equals(const struct survey *survey, const struct match *match, struct buf *message)
{
	uint32_t nodes[1 + COUNT_OF(match->equals)] = { match->node };
	const size_t count = match->equal_count + 1;

	memcpy(nodes + 1, match->equals, sizeof(match->equals));
	buf_format(message, "; %zu are equally near: %.*s", count,
			STR_ARG(survey_join(survey, nodes, count,
					count < COUNT_OF(nodes) ? count : COUNT_OF(nodes))));
}

static void suggest_list(struct survey *survey, const struct reference *reference,
		const struct str_list *names, struct fault *fault)
{
	edit_name(survey, reference, (str){ 0 }, fault);
	fault->edits.items[0].to = *names;
	fault->suggestion = str_format(survey->arena, "Write a list, not a text: '%.*s'.",
			STR_ARG(str_list_join(names, STR("', '"), survey->arena)));
}

/* History has the file: a revision that ran somewhere belongs back. */
static void restore(struct survey *survey, const struct reference *reference, struct fault *fault)
{
	struct spec_edit *edit = LIST_PUSH(&fault->edits, survey->arena);

	edit->kind = SPEC_RESTORE;
	edit->restored = reference->lost->file;
	fault->suggestion = str_format(
			survey->arena, "Bring the file of '%.*s' back.", STR_ARG(reference->name));
}

static void describe(struct survey *survey, const struct reference *reference, struct fault *fault)
{
	struct arena *arena = survey->arena;
	const struct match *match = &reference->match;
	const struct str_list names = names_in_quotes(survey, reference->name);
	struct buf message = { .arena = arena };

	buf_format(&message, "%s '%.*s' is %s", field_of(reference), STR_ARG(reference->name),
			match->rule == MATCH_LABEL ? "a branch label, not a revision"
						   : "no revision");
	if (match->node != NO_NODE && match->equal_count) {
		add_equals(survey, match, &message);
	}
	fault->message = buf_str(&message);
	if (reference->lost && reference->lost->file) {
		restore(survey, reference, fault);
	} else if (means_nothing(reference->name)) {
		fault->suggestion = without_name(survey, reference);
		edit_name(survey, reference, (str){ 0 }, fault);
	} else if (names.count) {
		suggest_list(survey, reference, &names, fault);
	} else if (match->node == NO_NODE || match->rule >= MATCH_TOLD ||
			(match->rule >= MATCH_START &&
					revision_are_of_a_series(reference->name,
							survey->nodes[match->node].id))) {
		fault->suggestion = restoring(survey, reference, fault);
	} else {
		fault->suggestion = str_format(arena, "%s '%.*s': %s%s.",
				match->equal_count ? "Perhaps write" : "Write",
				STR_ARG(survey->nodes[match->node].id),
				match_rule_reason(match->rule),
				match->is_told ? ", and the docstring names it" : "");
		edit_name(survey, reference, survey->nodes[match->node].id, fault);
		fault->is_guess = match->equal_count > 0;
	}
	if (match->node != NO_NODE && match->rule != MATCH_END) {
		fault->suggested_revision = survey->nodes[match->node].id;
	}
}

static void report_missing(
		struct survey *survey, const struct references *references, bool dependencies)
{
	for (size_t i = 0; i < references->count; i++) {
		const struct reference *reference = &references->items[i];

		if (reference->is_dependency == dependencies) {
			struct fault *fault = survey_report(survey,
					dependencies ? FAULT_MISSING_DEPENDENCY
						     : FAULT_MISSING_PARENT,
					reference->spec);

			fault->missing = reference->name;
			describe(survey, reference, fault);
		}
	}
}

/* One fault a name, however many files use it; each of those has a fault of its own, too. */
static void report_file_names(struct survey *survey, const struct references *references)
{
	struct table uses = { .arena = survey->arena }; // name -> files that use it
	struct table reported = { .arena = survey->arena };
	uint32_t count = 0;

	for (size_t i = 0; i < references->count; i++) {
		if (references->items[i].match.rule == MATCH_FILE) {
			count = 0;
			table_find(&uses, references->items[i].name, &count);
			table_set(&uses, references->items[i].name, count + 1);
		}
	}
	for (size_t i = 0; i < references->count; i++) {
		const struct reference *reference = &references->items[i];

		if (reference->match.rule != MATCH_FILE ||
				table_find(&reported, reference->name, &count)) {
			continue;
		}
		table_set(&reported, reference->name, 1);
		table_find(&uses, reference->name, &count);
		struct fault *fault =
				survey_report(survey, FAULT_FILE_NAME_AS_REVISION, reference->spec);
		const struct revision_spec *named = survey_spec(survey, reference->match.node);

		fault->message = str_format(survey->arena,
				"'%.*s' is the name of a file, whose id is '%.*s'",
				STR_ARG(reference->name), STR_ARG(named->revision));
		if (count > 1) {
			fault->message = str_format(survey->arena, "%.*s (%u files refer to it so)",
					STR_ARG(fault->message), count);
		}
		fault->suggested_revision = named->revision;
		fault->suggestion = str_format(
				survey->arena, "Write the id: '%.*s'.", STR_ARG(named->revision));
		edit_name(survey, reference, named->revision,
				fault); // as the fault of each file that refers so
	}
}

static const struct lost_revision *find_lost(const struct survey *survey, str name)
{
	for (size_t i = 0; survey->lost && i < survey->lost->count; i++) {
		if (str_equal(survey->lost->items[i].name, name)) {
			return &survey->lost->items[i];
		}
	}
	return NULL;
}

/* The successor of a name whose file is not to come back; of no use is one that descends from the child. */
static void match_lost(struct survey *survey, struct reference *reference)
{
	const uint32_t successor = survey_find(survey, reference->lost->successor);

	if (reference->lost->file) {
		return;
	}
	if (successor == NO_NODE || reach_leads(&survey->reach, successor, reference->child)) {
		reference->lost = NULL;
		return;
	}
	reference->match = (struct match){ .rule = MATCH_HISTORY, .node = successor };
}

/* The revision that a comment of the child names in the place of this one, if it is one; NO_NODE. */
static uint32_t told_parent(const struct survey *survey, const struct reference *reference)
{
	const struct revision_spec *spec = reference->spec;
	uint32_t told = NO_NODE;

	for (size_t i = 0; !reference->is_dependency && i < spec->told_parents.count; i++) {
		const uint32_t node = survey_find(survey, spec->told_parents.items[i]);

		if (node != NO_NODE && node != told &&
				!str_list_contains(&spec->down_revision,
						spec->told_parents.items[i])) {
			if (told != NO_NODE) {
				return NO_NODE;
			}
			told = node;
		}
	}
	return told;
}

/* What each name most likely means; together the matches close no cycle. */
static void find_matches(struct survey *survey, struct references *references)
{
	struct matcher *matcher = matcher_new(survey);
	const size_t first = survey->proposals.count;

	for (size_t i = 0; i < references->count; i++) {
		struct reference *reference = &references->items[i];

		reference->lost = find_lost(survey, reference->name);
		if (reference->lost) {
			match_lost(survey, reference);
		}
		if (!reference->lost && !means_nothing(reference->name)) {
			reference->match = matcher_find(matcher, reference->name, reference->child,
					reference->is_dependency, told_parent(survey, reference));
			if (reference->match.node == NO_NODE && !reference->is_dependency &&
					!others_of(reference)) {
				reference->match.node = matcher_end(matcher, reference->child);
				reference->match.rule = MATCH_END;
			}
		}
		survey_propose(survey, reference->child, reference->match.node,
				reference->match.rule);
	}
	survey_settle(survey, first);
	for (size_t i = 0; i < references->count; i++) {
		if (survey->proposals.items[first + i].parent == NO_NODE) {
			references->items[i].match = (struct match){ .node = NO_NODE };
		}
	}
}

void examine_references(struct survey *survey)
{
	struct references references = { 0 };

	collect(survey, false, &references);
	collect(survey, true, &references);
	if (!references.count) {
		return;
	}
	find_matches(survey, &references);
	report_missing(survey, &references, false);
	report_missing(survey, &references, true);
	report_file_names(survey, &references);
}
