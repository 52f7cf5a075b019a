/*
 * lab/rows_digest.h - the rows of a table as numbers that do not depend on their order, for tables that are too large to
 * be kept. Rows fall into buckets by what they hold; where a bucket has the same sum and count twice, it has the same
 * rows. So few have to be looked at again if few rows differ.
 */
#ifndef LAB_ROWS_DIGEST_H
#define LAB_ROWS_DIGEST_H

#include "kit/arena.h"
#include "kit/str.h"

#include <stdbool.h>
#include <stdint.h>

#define ROWS_DIGEST_BUCKETS 4096

/* What a row holds, as good as unmistakable. */
struct row_hash {
	uint64_t high, low;
};

struct rows_digest {
	size_t row_count;
	uint64_t *columns; /* what each holds, whatever the order of rows: 0 where it holds nothing */
	size_t column_count;

	struct {
		struct row_hash sum;
		uint64_t count;
	} buckets[ROWS_DIGEST_BUCKETS];
};

struct row_hash row_hash(const str *values, size_t count);
size_t row_hash_bucket(struct row_hash hash);
int row_hash_compare(struct row_hash a, struct row_hash b);

struct rows_digest *rows_digest_new(size_t column_count, struct arena *arena);
struct rows_digest *rows_digest_copy(const struct rows_digest *digest, struct arena *arena);
void rows_digest_add(struct rows_digest *digest, const str *values);

/* Whether both have the same rows in a bucket. */
bool rows_digest_same(const struct rows_digest *a, const struct rows_digest *b, size_t bucket);

#endif
