/*
 * Rows of tables that are too large to be kept. One pass over the table as it is now says whether all its rows are
 * those that the state had. If not, those in which they differ are looked for, some at a time, in the table and in a
 * copy of the state: new rows are fine, and so it is only known then whether any are lost.
 */
#include "judge/rows_internal.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "lab/rows_digest.h"

#include <stdlib.h>

/* So many rows of the table as it is now are looked at together: about 24 bytes each. */
#define ROWS_AT_ONCE ((size_t)2 * 1024 * 1024)

/* Of so many lost rows it is found out which have only changed. */
#define SAMPLES 16

/* What is read may take as much longer than it did when the state was built. */
#define TIMES_LONGER 5
#define GRACE_US     30000000

/* A table in one of two databases. */
struct table_place {
	struct stage *stage;
	struct connection *connection;
	str table;
	int64_t read_us; /* what it took once to read all of it */
};

struct comparison {
	struct judging *judging;
	const struct table_rows *before;
	struct table_place now;
	struct table_place then;                   /* no connection: not yet needed */
	struct str_list then_columns, now_columns; /* those compared, in pairs */
	struct str_list then_key, now_key; /* none: there is none, or a part of it is gone */
	struct arena *arena;
};

/* --- reading --------------------------------------------------------------------------------- */

static struct error *scan(const struct table_place *source, const struct str_list *columns,
		engine_row_fn *take, void *data)
{
	const struct engine *engine = source->stage->engine;
	const int64_t most_us = GRACE_US + TIMES_LONGER * source->read_us;

	if (source->stage->deadline_us) {
		engine->set_deadline(source->connection, clock_now_us() + most_us);
	}
	struct error *err = engine->read_rows(source->connection, source->table, columns, take,
			data, source->stage->arena);
	if (!err) { // reading has begun a transaction, which is not to stay open
		err = engine->rollback(source->connection, source->stage->arena);
	}
	return err;
}

/* A copy of the state beside what the steps have left. */
static struct error *open_then(struct comparison *comparison)
{
	struct judging *judging = comparison->judging;
	struct stage *stage = judging->judgement->stage;
	struct error *err = NULL;

	if (!judging->before.database) {
		judging->before = stage_like(stage, stage->arena);
		err = stage_clone_database(&judging->before, judging->judgement->start->image);
	}
	if (!err && !judging->before_connection) {
		err = stage_connect(&judging->before, &judging->before_connection);
	}
	comparison->then = (struct table_place){
		.stage = &judging->before,
		.connection = judging->before_connection,
		.table = comparison->before->table,
		.read_us = comparison->before->read_us,
	};
	return err;
}

struct digesting {
	struct rows_digest *digest;
	struct arena *errors;
};

static struct error *add_to_digest(void *data, const str *values, size_t count)
{
	const struct digesting *digesting = data;

	if (count != digesting->digest->column_count) { // of a virtual table that was made anew
		return error_new(digesting->errors, ERROR_DATABASE, "it has other columns now");
	}
	rows_digest_add(digesting->digest, values);
	return NULL;
}

/*
 * The digest is made before: what is made while rows are read would go with them. No columns: those of a virtual table,
 * of which only the number is known.
 */
static struct error *digest_of(const struct table_place *source, const struct str_list *columns,
		size_t virtual_columns, struct arena *arena, struct rows_digest **ret_digest)
{
	struct digesting digesting = {
		.digest = rows_digest_new(columns->count ? columns->count : virtual_columns, arena),
		.errors = source->stage->arena,
	};

	*ret_digest = digesting.digest;
	return scan(source, columns, add_to_digest, &digesting);
}

/* How many columns the table had: of a virtual one no schema tells their names. */
static size_t width_of(const struct comparison *comparison)
{
	const struct table_rows *before = comparison->before;

	return before->digest ? before->digest->column_count : before->rows.column_count;
}

/* --- looking for lost rows ------------------------------------------------------------------- */

struct counted_hash {
	struct row_hash hash;
	size_t count;
};

struct sample {
	str *values;
	struct row_hash hash;
};

/* The rows of some buckets. */
struct search {
	bool wanted[ROWS_DIGEST_BUCKETS];
	struct counted_hash *hashes; /* of the table now */
	size_t count, capacity;
	bool is_sorted;
	size_t lost; /* rows of the state, so far */
	struct sample samples[SAMPLES];
	size_t sample_count;
	struct arena *arena; /* of samples */
	struct arena *errors;
};

static int compare_hashes(const void *a, const void *b)
{
	return row_hash_compare(((const struct counted_hash *)a)->hash,
			((const struct counted_hash *)b)->hash);
}

/* Sort them, and make one of those that are equal. */
static void compact(struct search *search)
{
	size_t kept = 0;

	if (search->count) {
		qsort(search->hashes, search->count, sizeof(*search->hashes), compare_hashes);
	}
	for (size_t i = 0; i < search->count; i++) {
		const struct counted_hash *next = &search->hashes[i];

		if (kept && row_hash_compare(search->hashes[kept - 1].hash, next->hash) == 0) {
			search->hashes[kept - 1].count += next->count;
		} else {
			search->hashes[kept++] = *next;
		}
	}
	search->count = kept;
}

static struct error *no_memory(struct arena *arena)
{
	return error_new(arena, ERROR_ENVIRONMENT, "could not compare rows: out of memory");
}

static struct error *add_hash(void *data, const str *values, size_t count)
{
	struct search *search = data;
	const struct row_hash hash = row_hash(values, count);

	if (!search->wanted[row_hash_bucket(hash)]) {
		return NULL;
	}
	if (search->count == search->capacity) {
		compact(search);
	}
	if (search->count * 4 >= search->capacity * 3) {
		const size_t capacity = search->capacity ? search->capacity * 2 : 65536;
		struct counted_hash *hashes =
				realloc(search->hashes, capacity * sizeof(*search->hashes));

		if (!hashes) {
			return no_memory(search->errors);
		}
		search->hashes = hashes;
		search->capacity = capacity;
	}
	search->hashes[search->count++] = (struct counted_hash){ hash, 1 };
	return NULL;
}

static void add_sample(struct search *search, const str *values, size_t count, struct row_hash hash)
{
	struct sample *sample = &search->samples[search->sample_count++];

	sample->hash = hash;
	sample->values = arena_new_array(search->arena, str, count);
	for (size_t i = 0; i < count; i++) {
		sample->values[i] = rows_keep_value(values[i], search->arena);
	}
}

static struct error *find_partner(void *data, const str *values, size_t count)
{
	struct search *search = data;
	const struct counted_hash key = { .hash = row_hash(values, count) };

	if (!search->wanted[row_hash_bucket(key.hash)]) {
		return NULL;
	}
	struct counted_hash *found = search->count
			? bsearch(&key, search->hashes, search->count, sizeof(key), compare_hashes)
			: NULL;

	if (found && found->count) {
		found->count--;
		return NULL;
	}
	search->lost++;
	if (search->sample_count < SAMPLES) {
		add_sample(search, values, count, key.hash);
	}
	return NULL;
}

/* Rows of the state in these buckets that are no longer there. */
static struct error *search_buckets(struct comparison *comparison, struct search *search,
		const struct str_list *then_columns, const struct str_list *now_columns)
{
	search->count = 0;
	struct error *err = scan(&comparison->now, now_columns, add_hash, search);

	if (!err) {
		compact(search);
		err = scan(&comparison->then, then_columns, find_partner, search);
	}
	return err;
}

/* Choose buckets that differ from `*from` on, as many as can be looked at together; false: there are none left. */
static bool choose_buckets(const struct rows_digest *then, const struct rows_digest *now,
		size_t *from, struct search *search)
{
	size_t rows = 0;
	bool is_any = false;

	for (size_t i = 0; i < ROWS_DIGEST_BUCKETS; i++) {
		search->wanted[i] = false;
	}
	for (; *from < ROWS_DIGEST_BUCKETS; ++*from) {
		if (!then->buckets[*from].count || rows_digest_same(then, now, *from)) {
			continue;
		}
		rows += now->buckets[*from].count;
		if (is_any && rows > ROWS_AT_ONCE) {
			break;
		}
		search->wanted[*from] = is_any = true;
	}
	return is_any;
}

/* How many rows of the state are lost, in pairs of columns; the samples are of `arena`. */
static struct error *count_lost(struct comparison *comparison, const struct str_list *then_columns,
		const struct str_list *now_columns, const struct rows_digest *then,
		struct search *search)
{
	struct rows_digest *now, *counted;
	size_t from = 0;

	search->arena = comparison->arena;
	search->errors = comparison->judging->judgement->stage->arena;
	struct error *err = digest_of(&comparison->now, now_columns, width_of(comparison),
			comparison->arena, &now);
	if (!err && !then) {
		err = open_then(comparison);
		if (!err) {
			err = digest_of(&comparison->then, then_columns, width_of(comparison),
					comparison->arena, &counted);
			then = counted;
		}
	}
	while (!err && choose_buckets(then, now, &from, search)) {
		err = open_then(comparison);
		if (!err) {
			err = search_buckets(comparison, search, then_columns, now_columns);
		}
	}
	free(search->hashes);
	search->hashes = NULL;
	return err;
}

/* --- which have changed ---------------------------------------------------------------------- */

/* Rows as they are now, of the same keys as samples: key columns come first. */
struct pairing {
	const struct search *search;
	struct row_hash keys[SAMPLES];
	str *values[SAMPLES]; /* NULL: there is none */
	size_t key_count;
	struct arena *arena;
};

static struct error *pair(void *data, const str *values, size_t count)
{
	struct pairing *pairing = data;
	const struct row_hash key = row_hash(values, pairing->key_count);

	for (size_t i = 0; i < pairing->search->sample_count; i++) {
		if (pairing->values[i] || row_hash_compare(pairing->keys[i], key) != 0) {
			continue;
		}
		const size_t rest = count - pairing->key_count;

		pairing->values[i] = arena_new_array(pairing->arena, str, rest);
		for (size_t j = 0; j < rest; j++) {
			pairing->values[i][j] = rows_keep_value(
					values[pairing->key_count + j], pairing->arena);
		}
	}
	return NULL;
}

static size_t place_of(const struct str_list *names, str name)
{
	size_t at = 0;

	while (at < names->count && !str_equal(names->items[at], name)) {
		at++;
	}
	return at;
}

/* What the samples are now. */
static struct error *pair_samples(
		struct comparison *comparison, const struct search *search, struct pairing *pairing)
{
	struct arena *arena = comparison->arena;
	const size_t key_count = comparison->then_key.count;
	str *key = arena_new_array(arena, str, key_count);
	struct str_list columns = { 0 };

	*pairing = (struct pairing){ .search = search, .key_count = key_count, .arena = arena };
	for (size_t i = 0; i < search->sample_count; i++) {
		for (size_t j = 0; j < key_count; j++) {
			const size_t at = place_of(
					&comparison->then_columns, comparison->then_key.items[j]);

			key[j] = search->samples[i].values[at];
		}
		pairing->keys[i] = row_hash(key, key_count);
	}
	for (size_t i = 0; i < key_count; i++) {
		str_list_add(&columns, comparison->now_key.items[i], arena);
	}
	for (size_t i = 0; i < comparison->now_columns.count; i++) {
		str_list_add(&columns, comparison->now_columns.items[i], arena);
	}
	return scan(&comparison->now, &columns, pair, pairing);
}

/* --- what is to be said ---------------------------------------------------------------------- */

static struct table_rows shown_rows(const struct comparison *comparison,
		const struct str_list *columns, str *const *rows, size_t count)
{
	struct table_rows table = {
		.table = comparison->before->table,
		.columns = *columns,
		.total = comparison->before->total,
		.rows = { .column_count = columns->count ? columns->count : width_of(comparison),
				.row_count = count },
	};
	const size_t width = table.rows.column_count;

	table.rows.values = arena_new_array(comparison->arena, str, width * count);
	for (size_t row = 0; row < count; row++) {
		for (size_t i = 0; rows[row] && i < width; i++) {
			table.rows.values[row * width + i] = rows[row][i];
		}
	}
	return table;
}

/* `gone` of the lost rows are lost; all others have changed. */
static void tell(struct comparison *comparison, const struct search *search,
		const struct pairing *pairing, size_t gone)
{
	struct judgement *judgement = comparison->judging->judgement;
	struct arena *arena = comparison->arena;
	struct rows_difference difference = { 0 };
	str *rows[SAMPLES] = { 0 };

	for (size_t i = 0; i < search->sample_count; i++) {
		rows[i] = search->samples[i].values;
		if (pairing && pairing->values[i]) {
			*LIST_PUSH(&difference.changed, arena) = (struct changed_row){ i, i };
		} else if (difference.gone.count < gone) {
			*LIST_PUSH(&difference.gone, arena) = i;
		}
	}
	for (size_t i = 0; i < comparison->then_columns.count; i++) {
		*LIST_PUSH(&difference.shared, arena) = (struct shared_column){ i, i };
	}
	difference.gone_more = gone - difference.gone.count;
	difference.changed_more = search->lost - gone > difference.changed.count
			? search->lost - gone - difference.changed.count
			: 0;
	const struct table_rows before = shown_rows(
			comparison, &comparison->then_columns, rows, search->sample_count);

	judge_gone(judgement, &before, &difference);
	if (pairing) {
		const struct table_rows after = shown_rows(comparison, &comparison->now_columns,
				pairing->values, search->sample_count);

		judge_changed(judgement, &before, &after, &difference);
	}
}

/* --- columns --------------------------------------------------------------------------------- */

/* The only new column that holds what the one that is missing did; false: none, or several do. */
static bool find_renamed(const struct rows_digest *now, uint64_t content, size_t *ret_column)
{
	size_t count = 0;

	for (size_t i = 0; content && i < now->column_count; i++) {
		if (now->columns[i] == content) {
			*ret_column = i;
			count++;
		}
	}
	return count == 1;
}

static bool is_taken(const struct shared_columns *renamed, size_t after)
{
	for (size_t i = 0; i < renamed->count; i++) {
		if (renamed->items[i].after == after) {
			return true;
		}
	}
	return false;
}

/* Of a table that had few rows then, and many now, there is no digest yet. */
static const struct rows_digest *know_contents(const struct comparison *comparison)
{
	const struct table_rows *before = comparison->before;
	const size_t width = before->rows.column_count;

	if (before->digest) {
		return before->digest;
	}
	struct rows_digest *digest = rows_digest_new(width, comparison->arena);

	for (size_t row = 0; row < before->rows.row_count; row++) {
		rows_digest_add(digest, before->rows.values + row * width);
	}
	return digest;
}

/* Pair columns by their names, and those that are missing with new ones that hold the same. */
static struct error *pair_columns(struct comparison *comparison, const struct rows_digest *then,
		const struct str_list *columns, struct rows_difference *difference,
		struct str_list *new)
{
	const struct str_list *old = &comparison->before->columns;
	struct arena *arena = comparison->arena;
	struct row_numbers missing = { 0 };
	struct rows_digest *now = NULL;
	struct error *err = NULL;
	size_t at;

	for (size_t i = 0; i < old->count; i++) {
		if (str_list_contains(columns, old->items[i])) {
			str_list_add(&comparison->then_columns, old->items[i], arena);
			str_list_add(&comparison->now_columns, old->items[i], arena);
		} else {
			*LIST_PUSH(&missing, arena) = i;
		}
	}
	for (size_t i = 0; i < columns->count; i++) {
		if (!str_list_contains(old, columns->items[i])) {
			str_list_add(new, columns->items[i], arena);
		}
	}
	if (missing.count && new->count) {
		err = digest_of(&comparison->now, new, 0, arena, &now);
	}
	for (size_t i = 0; !err && i < missing.count; i++) {
		const size_t column = missing.items[i];

		if (now && find_renamed(now, then->columns[column], &at) &&
				!is_taken(&difference->renamed, at)) {
			*LIST_PUSH(&difference->renamed, arena) =
					(struct shared_column){ column, at };
			str_list_add(&comparison->then_columns, old->items[column], arena);
			str_list_add(&comparison->now_columns, new->items[at], arena);
		} else {
			*LIST_PUSH(&difference->dropped, arena) = column;
		}
	}
	return err;
}

/* The key that the table had, in the columns that it has now. */
static void find_key(struct comparison *comparison)
{
	const struct str_list *key = &comparison->before->key;

	for (size_t i = 0; i < key->count; i++) {
		const size_t at = place_of(&comparison->then_columns, key->items[i]);

		if (at == comparison->then_columns.count) {
			comparison->then_key = comparison->now_key = (struct str_list){ 0 };
			return;
		}
		str_list_add(&comparison->then_key, key->items[i], comparison->arena);
		str_list_add(&comparison->now_key, comparison->now_columns.items[at],
				comparison->arena);
	}
}

/* --- the whole ------------------------------------------------------------------------------- */

/* Whether the columns compared are all that the table had, in their order: what is known of its rows is known of them. */
static bool are_all_columns(const struct comparison *comparison)
{
	const struct str_list *old = &comparison->before->columns;

	for (size_t i = 0; i < old->count; i++) {
		if (i >= comparison->then_columns.count ||
				!str_equal(old->items[i], comparison->then_columns.items[i])) {
			return false;
		}
	}
	return comparison->then_columns.count == old->count;
}

/* Each key has to be found again, whatever else has become of the row. */
static struct error *judge_keys(struct comparison *comparison)
{
	struct search search = { 0 };

	comparison->then_columns = comparison->then_key;
	comparison->now_columns = comparison->now_key;
	struct error *err = count_lost(
			comparison, &comparison->then_key, &comparison->now_key, NULL, &search);
	if (!err) {
		tell(comparison, &search, NULL, search.lost);
	}
	return err;
}

static struct error *judge_whole_rows(struct comparison *comparison, const struct rows_digest *then)
{
	struct search search = { 0 }, keys = { 0 };
	struct pairing pairing;

	struct error *err =
			count_lost(comparison, &comparison->then_columns, &comparison->now_columns,
					are_all_columns(comparison) ? then : NULL, &search);
	if (err || !search.lost) {
		return err;
	}
	if (!comparison->then_key.count) {
		tell(comparison, &search, NULL, search.lost);
		return NULL;
	}
	err = count_lost(comparison, &comparison->then_key, &comparison->now_key, NULL, &keys);
	if (!err) {
		err = pair_samples(comparison, &search, &pairing);
	}
	if (!err) {
		tell(comparison, &search, &pairing, keys.lost);
	}
	return err;
}

static struct error *judge_in(struct comparison *comparison)
{
	struct judgement *judgement = comparison->judging->judgement;
	const struct str_list columns = schema_columns(
			judgement->schema, comparison->before->table, comparison->arena);
	struct rows_difference difference = { 0 };
	struct table_rows after = { .table = comparison->before->table };
	const struct rows_digest *then = know_contents(comparison);

	struct error *err = pair_columns(comparison, then, &columns, &difference, &after.columns);
	if (err) {
		return err;
	}
	find_key(comparison);
	if (judgement->goal->keeps_keys_alone && comparison->then_key.count) {
		return judge_keys(comparison);
	}
	return judge_columns(judgement, comparison->before, &after, &difference)
			? NULL
			: judge_whole_rows(comparison, then);
}

/* The table is `table` by now. What is made for the comparison is in an arena of its own, to be finished. */
static struct error *begin(struct judging *judging, const struct table_rows *before, str table,
		struct comparison *comparison)
{
	struct stage *stage = judging->judgement->stage;
	struct error *err = judging_connect(judging);

	*comparison = (struct comparison){
		.judging = judging,
		.before = before,
		.now = {
			.stage = stage,
			.connection = judging->connection,
			.table = table,
			.read_us = before->read_us,
		},
		.arena = arena_new(stage->arena, struct arena),
	};
	arena_init(comparison->arena, stage->arena->full, stage->arena->full_data);
	return err;
}

struct error *judge_large(struct judging *judging, const struct table_rows *before)
{
	struct judgement *judgement = judging->judgement;
	struct comparison comparison;
	struct error *err = begin(judging, before, before->table, &comparison);

	if (!err) {
		err = judge_in(&comparison);
	}
	arena_finish(comparison.arena);
	return err && error_is_of_cell(err)
			? judgement_failed(judgement, WRONG_ROWS,
					  "could not read the rows at the end", err)
			: err;
}

struct error *judge_large_find(struct judging *judging, const struct table_rows *before, str table,
		bool *ret_is_same)
{
	struct comparison comparison;
	struct rows_digest *now = NULL;
	struct error *err = begin(judging, before, table, &comparison);

	if (!err) {
		err = digest_of(&comparison.now, &before->columns, width_of(&comparison),
				comparison.arena, &now);
	}
	if (!err) {
		const struct rows_digest *then = know_contents(&comparison);

		*ret_is_same = true;
		for (size_t i = 0; i < ROWS_DIGEST_BUCKETS; i++) {
			*ret_is_same = *ret_is_same && rows_digest_same(then, now, i);
		}
	}
	arena_finish(comparison.arena);
	return err;
}
