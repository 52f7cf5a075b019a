/*
 * The lines that both texts begin and end with are set aside; what is between is compared by Myers' greedy algorithm,
 * "An O(ND) Difference Algorithm and Its Variations" (1986), as far as the differences are few. Beyond that all lines
 * between are replaced, which is as right and only longer.
 */
#include "kit/diff.h"

#include "kit/arena.h"

#include <string.h>

#define CONTEXT 3 /* lines around a change */

/* Differences that are looked for; each costs as many steps as there were before it. */
#define MOST_DIFFERENCES 1000

struct lines {
	str *items; /* with their ends */
	size_t count, capacity;
};

/* A run of lines that is replaced: of the old text `old_count` from `old_first` on, by some of the new one. */
struct change {
	size_t old_first, old_count, new_first, new_count;
};

struct comparison {
	struct lines before, after;

	struct {
		struct change *items;
		size_t count, capacity;
	} changes;
	struct arena *arena;
};

static struct lines lines_of(str text, struct arena *arena)
{
	struct lines lines = { 0 };

	while (text.len) {
		const size_t end = str_find_char(text, '\n');
		const size_t len = end < text.len ? end + 1 : end;

		*LIST_PUSH(&lines, arena) = str_slice(text, 0, len);
		text = str_slice(text, len, text.len);
	}
	return lines;
}

/* A difference of one line, put before those that are there, with which it may be one change. */
static void prepend(struct comparison *comparison, size_t old_at, size_t new_at, bool is_deleted)
{
	struct change *last = comparison->changes.count
			? &comparison->changes.items[comparison->changes.count - 1]
			: NULL;
	const size_t old_end = old_at + is_deleted, new_end = new_at + !is_deleted;

	if (!last || last->old_first != old_end || last->new_first != new_end) {
		last = LIST_PUSH(&comparison->changes, comparison->arena);
		*last = (struct change){ .old_first = old_end, .new_first = new_end };
	}
	last->old_first = old_at;
	last->new_first = new_at;
	last->old_count += is_deleted;
	last->new_count += !is_deleted;
}

/* A path of Myers' edit graph: how far each diagonal was reached with `d` differences, from diagonal -d to d. */
struct front {
	size_t *reached;
};

/* Where the step that leads to diagonal `k` with `d` differences comes from: whether it goes down, and its place. */
static bool goes_down(const struct front *before, long d, long k)
{
	return k == -d ||
			(k != d && before->reached[k - 1 + d - 1] < before->reached[k + 1 + d - 1]);
}

/* Walk back through the fronts, so that changes are found last first. */
static void trace_back(struct comparison *comparison, const struct front *fronts, long d,
		size_t start, size_t old_len, size_t new_len)
{
	size_t x = old_len, y = new_len;

	for (; d > 0; d--) {
		const struct front *before = &fronts[d - 1];
		const long k = (long)x - (long)y;
		const bool is_down = goes_down(before, d, k);
		const long came_from = is_down ? k + 1 : k - 1;

		x = before->reached[came_from + d - 1];
		y = (size_t)((long)x - came_from);
		prepend(comparison, start + x, start + y, !is_down);
	}
}

/* The lines between, `old_len` and `new_len` of them from `start` on; false: there are too many differences. */
static bool compare_greedily(
		struct comparison *comparison, size_t start, size_t old_len, size_t new_len)
{
	const str *before = comparison->before.items, *after = comparison->after.items;
	struct front *fronts =
			arena_new_array(comparison->arena, struct front, MOST_DIFFERENCES + 1);

	for (long d = 0; d <= MOST_DIFFERENCES; d++) {
		fronts[d].reached = arena_new_array(comparison->arena, size_t, (size_t)(2 * d + 1));
		for (long k = -d; k <= d; k += 2) {
			size_t x = 0;

			if (d && goes_down(&fronts[d - 1], d, k)) {
				x = fronts[d - 1].reached[k + 1 + d - 1];
			} else if (d) {
				x = fronts[d - 1].reached[k - 1 + d - 1] + 1;
			}
			const long row = (long)x - k;

			if (row < 0 || (size_t)row > new_len || x > old_len) {
				fronts[d].reached[k + d] =
						x; // off the graph: nothing follows there
				continue;
			}
			size_t y = (size_t)row;

			while (x < old_len && y < new_len &&
					str_equal(before[start + x], after[start + y])) {
				x++;
				y++;
			}
			fronts[d].reached[k + d] = x;
			if (x == old_len && y == new_len) {
				trace_back(comparison, fronts, d, start, old_len, new_len);
				return true;
			}
		}
	}
	return false;
}

static void compare(struct comparison *comparison)
{
	size_t old_len = comparison->before.count, new_len = comparison->after.count, start = 0;
	const str *before = comparison->before.items, *after = comparison->after.items;

	while (start < old_len && start < new_len && str_equal(before[start], after[start])) {
		start++;
	}
	while (old_len > start && new_len > start &&
			str_equal(before[old_len - 1], after[new_len - 1])) {
		old_len--;
		new_len--;
	}
	if (!compare_greedily(comparison, start, old_len - start, new_len - start)) {
		*LIST_PUSH(&comparison->changes, comparison->arena) = (struct change){
			.old_first = start,
			.old_count = old_len - start,
			.new_first = start,
			.new_count = new_len - start,
		};
	}
	for (size_t i = 0, j = comparison->changes.count; i + 1 < j; i++) { // first one first
		const struct change last = comparison->changes.items[--j];

		comparison->changes.items[j] = comparison->changes.items[i];
		comparison->changes.items[i] = last;
	}
}

/* ---- writing ---- */

static bool is_quoted(str path)
{
	for (size_t i = 0; i < path.len; i++) {
		const char c = path.data[i];

		if ((c >= 0 && c < ' ') || c == 127 || c == '"' || c == '\\') {
			return true;
		}
	}
	return false;
}

/* A name as git writes it: in quotes, with escapes, only where it has to be. */
static str name_of(const char *side, str path, struct arena *arena)
{
	struct buf name = { .arena = arena };

	if (!is_quoted(path)) {
		return str_format(arena, "%s%.*s", side, STR_ARG(path));
	}
	buf_format(&name, "\"%s", side);
	for (size_t i = 0; i < path.len; i++) {
		const char c = path.data[i];

		if (c == '"' || c == '\\') {
			buf_format(&name, "\\%c", c);
		} else if ((c >= 0 && c < ' ') || c == 127) {
			buf_format(&name, "\\%03o", (unsigned)c);
		} else {
			buf_add_char(&name, c);
		}
	}
	buf_add_char(&name, '"');
	return buf_str(&name);
}

/* "--- a/versions/x.py"; a tab ends a name with blanks. */
static void add_side(struct buf *out, const char *mark, str name)
{
	buf_format(out, "%s %.*s%s\n", mark, STR_ARG(name),
			str_find_char(name, ' ') < name.len ? "\t" : "");
}

static void add_range(struct buf *out, char sign, size_t first, size_t count)
{
	buf_format(out, "%c%zu", sign, count ? first + 1 : first);
	if (count != 1) {
		buf_format(out, ",%zu", count);
	}
}

static void add_lines(struct buf *out, char sign, const struct lines *lines, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		buf_add_char(out, sign);
		buf_add(out, lines->items[i]);
		if (!str_ends_with(lines->items[i], STR("\n"))) {
			buf_add(out, STR("\n\\ No newline at end of file\n"));
		}
	}
}

/* The changes from `first` up to `end`, which are near each other, and the lines around them. */
static void add_hunk(const struct comparison *comparison, size_t first, size_t end, struct buf *out)
{
	const struct change *changes = comparison->changes.items, *last = &changes[end - 1];
	const size_t above =
			changes[first].old_first < CONTEXT ? changes[first].old_first : CONTEXT;
	const size_t rest = comparison->before.count - (last->old_first + last->old_count);
	const size_t below = rest < CONTEXT ? rest : CONTEXT;
	const size_t old_first = changes[first].old_first - above;
	const size_t new_first = changes[first].new_first - above;
	size_t at = old_first;

	buf_add(out, STR("@@ "));
	add_range(out, '-', old_first, last->old_first + last->old_count + below - old_first);
	buf_add_char(out, ' ');
	add_range(out, '+', new_first, last->new_first + last->new_count + below - new_first);
	buf_add(out, STR(" @@\n"));
	for (size_t i = first; i < end; i++) {
		const struct change *change = &changes[i];

		add_lines(out, ' ', &comparison->before, at, change->old_first);
		at = change->old_first + change->old_count;
		add_lines(out, '-', &comparison->before, change->old_first, at);
		add_lines(out, '+', &comparison->after, change->new_first,
				change->new_first + change->new_count);
	}
	add_lines(out, ' ', &comparison->before, at, at + below);
}

static void add_hunks(str before, str after, struct buf *out)
{
	struct comparison comparison = {
		.before = lines_of(before, out->arena),
		.after = lines_of(after, out->arena),
		.arena = out->arena,
	};
	const struct change *changes;

	compare(&comparison);
	changes = comparison.changes.items;
	for (size_t i = 0, end; i < comparison.changes.count; i = end) {
		for (end = i + 1; end < comparison.changes.count; end++) {
			const size_t behind =
					changes[end - 1].old_first + changes[end - 1].old_count;

			if (changes[end].old_first - behind > 2 * CONTEXT) {
				break;
			}
		}
		add_hunk(&comparison, i, end, out);
	}
}

void diff_add_change(struct buf *out, str path, str before, str after)
{
	const str old_name = name_of("a/", path, out->arena);
	const str new_name = name_of("b/", path, out->arena);

	if (str_equal(before, after)) {
		return;
	}
	buf_format(out, "diff --git %.*s %.*s\n", STR_ARG(old_name), STR_ARG(new_name));
	add_side(out, "---", old_name);
	add_side(out, "+++", new_name);
	add_hunks(before, after, out);
}

void diff_add_file(struct buf *out, str path, str text)
{
	const str new_name = name_of("b/", path, out->arena);

	buf_format(out, "diff --git %.*s %.*s\nnew file mode 100644\n",
			STR_ARG(name_of("a/", path, out->arena)), STR_ARG(new_name));
	if (text.len) {
		add_side(out, "---", STR("/dev/null"));
		add_side(out, "+++", new_name);
		add_hunks(STR(""), text, out);
	}
}
