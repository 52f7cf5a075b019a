/*
 * A scenario as a whole, without its cells.
 */
#include "replay/step_kind.h"
#include "story/story_internal.h"

/* SQL that env.py runs by itself: once where all engines have the same. */
static void add_sql(struct page *page, const char *lead, const struct sql_body *sql)
{
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		const str text = str_trim(sql->by_engine[i].text);
		const bool is_for_all =
				str_equal(sql->by_engine[0].text, sql->by_engine[1].text);

		if (!text.len || (is_for_all && i)) {
			continue;
		}
		page_gap(page);
		page_line(page, PAGE_INDENT, "%s%s%s:", lead, is_for_all ? "" : " on ",
				is_for_all ? "" : scenario_engine_names[i]);
		page_item(page, PAGE_INDENT + 2, STYLE_PLAIN, STR(""), STYLE_PLAIN, text);
	}
}

void story_configure(struct page *page, const struct alembic_configure *configure)
{
	struct arena *arena = page->out->arena;
	struct str_list parts = { 0 };

	if (configure->transaction_per_migration) {
		str_list_add(&parts, STR("transaction_per_migration=True"), arena);
	}
	if (configure->has_transactional_ddl) {
		str_list_add(&parts,
				configure->transactional_ddl ? STR("transactional_ddl=True")
							     : STR("transactional_ddl=False"),
				arena);
	}
	if (!str_equal(configure->version_table, STR("alembic_version"))) {
		str_list_add(&parts,
				str_format(arena, "version_table='%.*s'",
						STR_ARG(configure->version_table)),
				arena);
	}
	if (configure->version_table_schema.len) {
		str_list_add(&parts,
				str_format(arena, "version_table_schema='%.*s'",
						STR_ARG(configure->version_table_schema)),
				arena);
	}
	if (!configure->version_table_pk) {
		str_list_add(&parts, STR("version_table_pk=False"), arena);
	}
	if (parts.count) {
		page_gap(page);
		page_line(page, PAGE_INDENT, "env.py configures Alembic with %.*s.",
				STR_ARG(str_list_join(&parts, STR(", "), arena)));
	}
	if (configure->level != ALEMBIC_NEWEST) {
		page_gap(page);
		page_line(page, PAGE_INDENT, "Alembic is the release 1.%d.", configure->level);
	}
	add_sql(page, "In an empty database env.py runs", &configure->before);
	add_sql(page, "At the start of every connection it runs", &configure->on_connect);
}

void story_begin_scenario(
		const struct scenario *scenario, const struct story_style *style, struct buf *out)
{
	struct page page = { .out = out, .width = style->width, .colour = style->colour };

	page_item(&page, 0, STYLE_BOLD, STR(""), STYLE_BOLD, scenario->name);
	page_item(&page, 0, STYLE_PLAIN, STR(""), STYLE_PLAIN, str_trim(scenario->title));
	page_gap(&page);
	if (scenario->story.len) {
		page_prose(&page, PAGE_INDENT, scenario->story);
	}
	story_configure(&page, &scenario->configure);
	page_heading(&page, STR("The tree"));
	story_tree(&page, scenario, &scenario->revisions, NULL);
}

/* The first line of some SQL, with dots if there is more. */
static str first_line(str sql, struct arena *arena)
{
	const str text = str_trim(sql);
	const str line = str_trim(str_slice(text, 0, str_find_char(text, '\n')));

	return str_format(arena, "%.*s%s", STR_ARG(line), line.len < text.len ? " ..." : "");
}

static void add_step(struct page *page, const struct step *step, size_t number,
		enum scenario_engine engine)
{
	const struct step_kind_row *row = step_kind_get(step->kind);
	struct arena *arena = page->out->arena;
	struct buf words = { .arena = arena };

	buf_add(&words, step_words(step, arena));
	if (row->sql) {
		buf_format(&words, ": %.*s",
				STR_ARG(first_line(row->sql(step)->by_engine[engine].text, arena)));
	}
	if (step->fails.pattern) {
		buf_add(&words, STR(" (which must fail)"));
	}
	page_item(page, PAGE_INDENT + 2, STYLE_FAINT, str_format(arena, "%zu. ", number),
			STYLE_PLAIN, buf_str(&words));
}

void story_add_strategies(const struct scenario *scenario, enum scenario_engine engine,
		const struct story_style *style, struct buf *out)
{
	struct page page = { .out = out, .width = style->width, .colour = style->colour };

	page_heading(&page, STR("The strategies"));
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const struct scenario_strategy *strategy = &scenario->strategies.items[i];

		page_item(&page, PAGE_INDENT, STYLE_BOLD, STR(""), STYLE_BOLD, strategy->name);
		if (strategy->title.len) {
			page_prose(&page, PAGE_INDENT + 2, strategy->title);
		}
		if (story_is_edited(&strategy->edit)) {
			story_edit(&page, PAGE_INDENT + 2, &strategy->edit);
		}
		for (size_t j = 0; j < strategy->steps.count; j++) {
			add_step(&page, &strategy->steps.items[j], j + 1, engine);
		}
		page_gap(&page);
	}
}
