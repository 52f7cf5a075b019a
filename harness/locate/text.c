/*
 * A location for people: a line for each thing that was found, what it is called on the left.
 */
#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/style.h"
#include "locate/locate.h"

#define USUAL_WIDTH 80
#define LABEL_WIDTH 24

/* Where less room than this is left beside labels, texts stand below them. */
#define LEAST_ROOM 24

/* Longer lists are cut. */
#define SHOWN_NAMES 6
#define SHOWN_LINES 40

/* --- lines -------------------------------------------------------------------------------------- */

static void add_within(const struct location_page *page, const char *label, enum style style,
		str text, size_t width, struct buf *out)
{
	const size_t all = page->width ? page->width : USUAL_WIDTH;
	const bool is_narrow = all < LABEL_WIDTH + LEAST_ROOM;
	const size_t column = is_narrow ? 2 : LABEL_WIDTH;
	struct buf wrapped = { .arena = out->arena };
	const str head = str_from(label);

	style_add(out, page->colour, STYLE_LABEL, head);
	if (is_narrow) {
		buf_add(out, head.len ? STR("\n  ") : STR("  "));
	} else {
		buf_add_repeated(out, ' ', LABEL_WIDTH - head.len);
	}
	wrap_add_quoting(&wrapped, str_printable(text, out->arena), width ? width : all, column,
			column);
	style_add(out, page->colour, style, buf_str(&wrapped));
}

static void add_item(const struct location_page *page, const char *label, enum style style,
		str text, struct buf *out)
{
	add_within(page, label, style, text, 0, out);
}

/* A command to be copied: one line, however long. */
static void add_command(
		const struct location_page *page, const char *label, str command, struct buf *out)
{
	add_within(page, label, STYLE_BOLD, command, SIZE_MAX, out);
}

/* Lines that stand as they are, as far as they fit. */
static void add_lines(const struct location_page *page, const char *label,
		const struct str_list *lines, struct buf *out)
{
	for (size_t i = 0; i < lines->count && i < SHOWN_LINES; i++) {
		const str line = lines->items[i];

		add_item(page, i ? "" : label,
				str_starts_with(line, STR("+")) ? STYLE_GOOD : STYLE_BAD, line,
				out);
	}
	if (lines->count > SHOWN_LINES) {
		add_item(page, "", STYLE_FAINT,
				str_format(out->arena, "... and %zu more",
						lines->count - SHOWN_LINES),
				out);
	}
}

static str names_of(const struct location_page *page, const struct revision_numbers *numbers,
		struct arena *arena)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < numbers->count && i < SHOWN_NAMES; i++) {
		str_list_add(&names, page->problem->revisions.items[numbers->items[i]].name, arena);
	}
	if (numbers->count > SHOWN_NAMES) {
		str_list_add(&names, str_format(arena, "%zu more", numbers->count - SHOWN_NAMES),
				arena);
	}
	return str_list_join(&names, STR(", "), arena);
}

static str rows_words(const struct str_list *rows, struct arena *arena)
{
	return rows->count ? str_list_join(rows, STR(" and "), arena) : STR("base");
}

/* --- what is where -------------------------------------------------------------------------------- */

static void add_rows(const struct location_page *page, struct buf *out)
{
	const struct locate_problem *problem = page->problem;
	str words = str_list_join(&problem->rows, STR(", "), out->arena);

	if (problem->version_failure.len) {
		words = str_format(out->arena, "what cannot be read: %.*s",
				STR_ARG(problem->version_failure));
	} else if (!problem->has_version_table) {
		words = STR("nothing: there is none");
	} else if (!problem->rows.count) {
		words = STR("nothing: it has no rows");
	}
	add_item(page, "The version table says", STYLE_NAME, words, out);
}

static void add_state(const struct location_page *page, struct buf *out)
{
	const struct location *location = page->location;
	struct buf words = { .arena = out->arena };

	for (size_t i = 0; i < location->at.count; i++) {
		buf_format(&words, "%s%.*s", i ? ", or " : "",
				STR_ARG(rows_words(&location->at.items[i].rows, out->arena)));
	}
	if (location->has_more) {
		buf_add(&words, STR(", or others"));
	}
	if (location->is_exact && !location->facts) {
		buf_add(&words, STR(": there is nothing in it"));
	} else if (!location->is_exact) {
		buf_format(&words, " (%zu of %zu facts)", location->matching, location->facts);
	} else if (location->at.count == 1) {
		buf_format(&words, ", fact for fact (%zu of %zu)", location->matching,
				location->facts);
	} else {
		buf_format(&words, ": no fact tells them apart (%zu of %zu)", location->matching,
				location->facts);
	}
	add_item(page, location->is_exact ? "The schema is that of" : "The schema is nearest",
			STYLE_BOLD, buf_str(&words), out);
}

static void add_holes(const struct location_page *page, struct buf *out)
{
	const struct revision_numbers *holes = &page->location->holes;

	if (holes->count) {
		add_item(page, "Never ran", STYLE_BAD,
				str_format(out->arena, "%.*s, though others that stand on %s did",
						STR_ARG(names_of(page, holes, out->arena)),
						holes->count == 1 ? "it" : "them"),
				out);
	}
}

static void add_parts(const struct location_page *page, struct buf *out)
{
	for (size_t i = 0; i < page->location->partly.count; i++) {
		const struct located_part *part = &page->location->partly.items[i];
		const struct traced_revision *revision =
				&page->problem->revisions.items[part->revision];
		const str first = part->statements == 1
				? STR("first")
				: str_format(out->arena, "first %zu", part->statements);

		add_item(page, i ? "" : "Ran in part", STYLE_BAD,
				str_format(out->arena, "%.*s: the %.*s of its %zu statements",
						STR_ARG(revision->name), STR_ARG(first),
						revision->statement_count),
				out);
	}
}

static void add_untraceable(const struct location_page *page, struct buf *out)
{
	const struct revision_numbers *numbers = &page->location->untraceable;
	struct revision_numbers traceless = { 0 }, unsure = { 0 }, unknown = { 0 };

	for (size_t i = 0; i < numbers->count; i++) {
		const struct traced_revision *revision =
				&page->problem->revisions.items[numbers->items[i]];

		if (revision->is_known && !revision->statement_count) {
			continue; // and it makes no difference
		}
		*LIST_PUSH(!revision->is_known                            ? &unknown
						: revision->changes.count ? &unsure
									  : &traceless,
				out->arena) = numbers->items[i];
	}
	if (traceless.count) {
		add_item(page, "No trace is left by", STYLE_PLAIN,
				str_format(out->arena, "%.*s: whether %s ran cannot be told",
						STR_ARG(names_of(page, &traceless, out->arena)),
						traceless.count == 1 ? "it" : "they"),
				out);
	}
	if (unsure.count) {
		add_item(page, "It cannot be told", STYLE_PLAIN,
				str_format(out->arena,
						"whether %.*s ran: the schema would be the same",
						STR_ARG(names_of(page, &unsure, out->arena))),
				out);
	}
	if (unknown.count) {
		add_item(page, "It is not known", STYLE_PLAIN,
				str_format(out->arena, "what %.*s %s: see the notes",
						STR_ARG(names_of(page, &unknown, out->arena)),
						unknown.count == 1 ? "does" : "do"),
				out);
	}
}

/* Which of the files of one id ran. */
static void add_doubles(const struct location_page *page, struct buf *out)
{
	const struct location *location = page->location;
	const struct revision_numbers *lists[] = { &location->ran, &location->not_ran };
	struct str_list words = { 0 };
	bool has_run = false;

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			const struct traced_revision *revision =
					&page->problem->revisions.items[lists[i]->items[j]];

			if (!str_equal(revision->id, revision->name)) {
				has_run |= i == 0;
				str_list_add(&words,
						str_format(out->arena, "%.*s %s",
								STR_ARG(revision->name),
								i ? "did not run" : "ran"),
						out->arena);
			}
		}
	}
	if (words.count && has_run) {
		add_item(page, "One id, several files", STYLE_PLAIN,
				str_list_join(&words, STR(", "), out->arena), out);
	}
}

/* --- what follows --------------------------------------------------------------------------------- */

static bool is_partly(const struct location *location, size_t revision)
{
	for (size_t i = 0; i < location->partly.count; i++) {
		if (location->partly.items[i].revision == revision) {
			return true;
		}
	}
	return false;
}

/* " (5 facts are missing)"; nothing for none. */
static str facts_words(size_t count, const char *one, const char *several, struct arena *arena)
{
	return count ? str_format(arena, " (%zu fact%s %s)", count, count == 1 ? "" : "s",
				       count == 1 ? one : several)
		     : STR("");
}

static void add_claimed(
		const struct location_page *page, struct str_list *reasons, struct arena *arena)
{
	const struct location *location = page->location;
	struct revision_numbers never = { 0 };

	for (size_t i = 0; i < location->claimed.count; i++) {
		if (!is_partly(location, location->claimed.items[i])) {
			*LIST_PUSH(&never, arena) = location->claimed.items[i];
		}
	}
	if (never.count) {
		str_list_add(reasons,
				str_format(arena, "%.*s never ran here%.*s",
						STR_ARG(names_of(page, &never, arena)),
						STR_ARG(facts_words(location->claim_missing,
								"is missing", "are missing",
								arena))),
				arena);
	}
	if (never.count < location->claimed.count) {
		str_list_add(reasons, STR("not all of it ran as a whole"), arena);
	}
}

static void add_unknown_rows(
		const struct location_page *page, struct str_list *reasons, struct arena *arena)
{
	for (size_t i = 0; i < page->location->unknown_rows.count; i++) {
		const str row = page->location->unknown_rows.items[i];
		str whole = { 0 };

		for (size_t j = 0; j < page->problem->revisions.count; j++) {
			const str id = page->problem->revisions.items[j].id;

			whole = row.len && str_starts_with(id, row) ? id : whole;
		}
		str_list_add(reasons,
				whole.len ? str_format(arena, "%.*s is only the start of %.*s",
							    STR_ARG(row), STR_ARG(whole))
					  : str_format(arena, "no revision of the tree is %.*s",
							    STR_ARG(row)),
				arena);
	}
}

/* What is wrong with what the rows say. */
static struct str_list lies(const struct location_page *page, struct arena *arena)
{
	const struct location *location = page->location;
	const bool is_known = page->problem->rows.count > location->unknown_rows.count;
	struct str_list reasons = { 0 };

	add_unknown_rows(page, &reasons, arena);
	add_claimed(page, &reasons, arena);
	if (location->unclaimed.count) {
		str_list_add(&reasons,
				str_format(arena, "%.*s ran here%s%.*s",
						STR_ARG(names_of(
								page, &location->unclaimed, arena)),
						is_known ? ", too" : "",
						STR_ARG(facts_words(location->claim_extra, "more",
								"more", arena))),
				arena);
	}
	return reasons;
}

/* "the row and the schema agree" */
static str truth(const struct location_page *page, struct arena *arena)
{
	const struct location *location = page->location;

	if (location->at.count > 1 || location->has_more) {
		return STR("as far as a schema can tell");
	}
	if (!page->problem->rows.count) {
		return STR("nothing has run here");
	}
	return str_format(arena, "the row%s and the schema agree",
			page->problem->rows.count == 1 ? "" : "s");
}

static void add_verdict(const struct location_page *page, struct buf *out)
{
	const struct location *location = page->location;
	const struct str_list reasons = lies(page, out->arena);

	if (location->row_is_true) {
		add_item(page, "That is the truth", STYLE_GOOD, truth(page, out->arena), out);
	} else if (reasons.count) {
		const char *label = page->problem->rows.count == 1 ? "So the row lies"
				: page->problem->rows.count        ? "So the rows lie"
								   : "It says too little";

		add_item(page, label, STYLE_BAD, str_list_join(&reasons, STR("; "), out->arena),
				out);
	} else {
		add_item(page, "No row can say that", STYLE_BAD,
				STR("what ran is no version of this tree"), out);
	}
}

/* What has to be done before a stamp can tell the truth. */
static bool add_handwork(const struct location_page *page, struct buf *out)
{
	const struct location *location = page->location;
	const bool is_one = location->holes.count == 1;

	if (location->holes.count) {
		add_item(page, "By hand, first", STYLE_PLAIN,
				str_format(out->arena,
						"run the upgrade%s of %.*s: no command will, once the row is above %s",
						is_one ? "" : "s",
						STR_ARG(names_of(page, &location->holes,
								out->arena)),
						is_one ? "it" : "them"),
				out);
	}
	if (location->partly.count) {
		add_item(page, location->holes.count ? "" : "By hand, first", STYLE_PLAIN,
				STR("finish what ran in part, or take it back: an upgrade would begin it anew, and find it there"),
				out);
	}
	return location->holes.count || location->partly.count;
}

static void add_advice(const struct location_page *page, struct buf *out)
{
	const bool is_second = add_handwork(page, out);
	bool is_first = true;

	for (size_t i = 0; !page->location->row_is_true && i < page->stamps->count; i++) {
		if (page->stamps->items[i].len) {
			add_command(page,
					!is_first                   ? "or with"
							: is_second ? "Then tell the truth by"
								    : "Tell the truth with",
					page->stamps->items[i], out);
			is_first = false;
		}
	}
}

static void add_redundant(const struct location_page *page, struct buf *out)
{
	const struct str_list *rows = &page->location->redundant_rows;

	if (rows->count) {
		add_item(page, rows->count == 1 ? "A row too many" : "Rows too many", STYLE_PLAIN,
				str_format(out->arena, "%.*s: other rows say so already",
						STR_ARG(str_list_join(
								rows, STR(", "), out->arena))),
				out);
	}
}

void location_render_text(const struct location_page *page, struct buf *out)
{
	add_rows(page, out);
	add_state(page, out);
	add_holes(page, out);
	add_parts(page, out);
	add_lines(page, "No revision explains", &page->location->foreign, out);
	add_untraceable(page, out);
	add_doubles(page, out);
	add_redundant(page, out);
	add_verdict(page, out);
	add_advice(page, out);
	for (size_t i = 0; i < page->notes.count; i++) {
		add_item(page, i ? "" : "Notes", STYLE_PLAIN, page->notes.items[i], out);
	}
}
