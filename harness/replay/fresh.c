#include "replay/fresh.h"

/* They are forgotten when there are so many, or when they take so much. */
#define MOST_SCHEMAS 64
#define MOST_BYTES   ((size_t)16 * 1024 * 1024)

/* --- keys ------------------------------------------------------------------------------------- */

/* With its length, so that no two lists of texts are alike. */
static void add_text(struct buf *key, str text)
{
	buf_format(key, "%zu:", text.len);
	buf_add(key, text);
}

static void add_texts(struct buf *key, const struct str_list *texts)
{
	buf_format(key, "%zu;", texts->count);
	for (size_t i = 0; i < texts->count; i++) {
		add_text(key, texts->items[i]);
	}
}

static void add_configure(
		struct buf *key, const struct alembic_configure *configure, enum scenario_engine kind)
{
	buf_format(key, "%d %d %d %d %d %d;", kind, configure->transaction_per_migration,
			configure->has_transactional_ddl, configure->transactional_ddl,
			configure->version_table_pk, configure->level);
	add_text(key, configure->version_table);
	add_text(key, configure->version_table_schema);
	add_text(key, configure->locale);
	add_text(key, configure->before.by_engine[kind].text);
	add_text(key, configure->on_connect.by_engine[kind].text);
}

static void add_revision(struct buf *key, const struct scenario_revision *revision,
		enum scenario_engine kind)
{
	buf_format(key, "%d %d;", revision->spec.lists_down_revision, revision->autocommit);
	add_text(key, revision->spec.revision);
	add_texts(key, &revision->spec.down_revision);
	add_texts(key, &revision->spec.depends_on);
	add_texts(key, &revision->spec.branch_labels);
	add_text(key, revision->spec.file);
	add_text(key, revision->upgrade.by_engine[kind].text);
}

/* Whether a dump is loaded somewhere, which may bring roles with it. */
static bool loads_dumps(const struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->states.count; i++) {
		if (scenario->states.items[i].origin == STATE_LOAD) {
			return true;
		}
	}
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const struct steps *steps = &scenario->strategies.items[i].steps;

		for (size_t j = 0; j < steps->count; j++) {
			if (steps->items[j].kind == STEP_LOAD) {
				return true;
			}
		}
	}
	return false;
}

str fresh_key(const struct stage *stage, const struct scenario *scenario, struct arena *arena)
{
	const struct scenario_revisions *tree = &stage->revisions;
	struct buf key = { .arena = arena };

	if (stage->project || scenario->roles.count || loads_dumps(scenario)) {
		return (str){ 0 };
	}
	add_configure(&key, stage->configure, stage->kind);
	add_texts(&key, stage->extensions);
	for (size_t i = 0; i < tree->count; i++) {
		if (tree->items[i].project) {
			return (str){ 0 };
		}
		add_revision(&key, &tree->items[i], stage->kind);
	}
	return buf_str(&key);
}

/* --- keeping ---------------------------------------------------------------------------------- */

bool fresh_find(const struct fresh_schemas *all, str key, struct fresh_schema *ret_found)
{
	uint32_t at;

	if (!key.len || !table_find(&all->index, key, &at)) {
		return false;
	}
	*ret_found = all->kept.items[at];
	return true;
}

void fresh_add(struct fresh_schemas *all, str key, const struct fresh_schema *made)
{
	all->index.arena = &all->arena;
	table_set(&all->index, str_copy(key, &all->arena), (uint32_t)all->kept.count);
	*LIST_PUSH(&all->kept, &all->arena) = *made;
}

void fresh_trim(struct fresh_schemas *all)
{
	if (all->kept.count < MOST_SCHEMAS && arena_size(&all->arena) < MOST_BYTES) {
		return;
	}
	arena_finish(&all->arena);
	all->index = (struct table){ 0 };
	all->kept.items = NULL;
	all->kept.count = all->kept.capacity = 0;
}
