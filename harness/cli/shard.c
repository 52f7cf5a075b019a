#include "cli/shard.h"

#include "cli/command.h"
#include "kit/arena.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* How many parts there are, for systems that say which one it is, and nothing of the others. */
#define COUNT_VARIABLE "REHEARSE_SHARDS"

/* The systems and the variables of which their documentation speaks; one that may run inside another comes first. */
static const struct system {
	const char *name;
	const char *index, *count;
	size_t first; /* the number of the first part */
	const char *least,
			*step; /* variables of an array whose numbers begin and rise as one likes; NULL: none */
	const char *status_file; /* to be made, as a sign that the parts are understood; NULL: none */
} systems[] = {
	{ .name = "Bazel",
			.index = "TEST_SHARD_INDEX",
			.count = "TEST_TOTAL_SHARDS",
			.status_file = "TEST_SHARD_STATUS_FILE" },
	{ .name = "Slurm",
			.index = "SLURM_ARRAY_TASK_ID",
			.count = "SLURM_ARRAY_TASK_COUNT",
			.least = "SLURM_ARRAY_TASK_MIN",
			.step = "SLURM_ARRAY_TASK_STEP" },
	{ .name = "AWS Batch",
			.index = "AWS_BATCH_JOB_ARRAY_INDEX",
			.count = "AWS_BATCH_JOB_ARRAY_SIZE" },
	{ .name = "Kubernetes", .index = "JOB_COMPLETION_INDEX", .count = COUNT_VARIABLE },
	{ .name = "GitLab", .index = "CI_NODE_INDEX", .count = "CI_NODE_TOTAL", .first = 1 },
	{ .name = "CircleCI", .index = "CIRCLE_NODE_INDEX", .count = "CIRCLE_NODE_TOTAL" },
	{ .name = "Buildkite",
			.index = "BUILDKITE_PARALLEL_JOB",
			.count = "BUILDKITE_PARALLEL_JOB_COUNT" },
	{ .name = "Azure Pipelines",
			.index = "SYSTEM_JOBPOSITIONINPHASE",
			.count = "SYSTEM_TOTALJOBSINPHASE",
			.first = 1 },
};

/* --- I/N ------------------------------------------------------------------------------------- */

static bool is_auto(str value)
{
	return str_equal(value, STR("auto"));
}

struct error *shard_check(str value, struct arena *arena)
{
	const size_t slash = str_find_char(value, '/');
	const str part = str_slice(value, 0, slash);
	const str parts = str_slice(value, slash + 1, value.len);

	if (!is_auto(value) &&
			(option_check_count(part, arena) || option_check_count(parts, arena) ||
					option_count(part) > option_count(parts))) {
		return error_new(arena, ERROR_INVALID, "not a part such as 1/4 ... 4/4, nor auto");
	}
	return NULL;
}

/* --- auto ------------------------------------------------------------------------------------ */

/* A whole number from 0; false: the variable is not set, or is none. */
static bool read_number(const char *variable, size_t *ret_number)
{
	const char *value = variable ? getenv(variable) : NULL;
	char *end;

	if (!value || !isdigit((unsigned char)value[0])) {
		return false;
	}
	const unsigned long number = strtoul(value, &end, 10);

	*ret_number = number;
	return !*end && number < 1000000;
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && value[0];
}

static struct error *refuse_system(const struct system *system, struct arena *arena)
{
	struct error *error = error_new(arena, ERROR_INVALID,
			"%s does not say which part this is: %s is '%s', %s is '%s'", system->name,
			system->index, getenv(system->index), system->count,
			is_set(system->count) ? getenv(system->count) : "");

	if (str_equal(str_from(system->count), STR(COUNT_VARIABLE))) {
		error->hint = STR("Set " COUNT_VARIABLE " to the number of parts, which is "
				  "nowhere to be read.");
	} else if (system->least) {
		error->hint = STR(
				"The numbers of the array must have equal distances, as in 1-8 or 0-14:2.");
	}
	return error;
}

static struct error *read_system(const struct system *system, struct arena *arena, size_t *ret_part,
		size_t *ret_parts)
{
	size_t index, count, first = system->first, step = 1;

	if (!read_number(system->index, &index) || !read_number(system->count, &count)) {
		return refuse_system(system, arena);
	}
	(void)read_number(system->least, &first);
	(void)read_number(system->step, &step);
	if (index < first || !step || (index - first) % step || (index - first) / step >= count) {
		return refuse_system(system, arena);
	}
	*ret_part = (index - first) / step + 1;
	*ret_parts = count;
	return NULL;
}

static void tell_system(const struct system *system)
{
	if (system->status_file && is_set(system->status_file)) {
		const int fd = open(
				getenv(system->status_file), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

		if (fd >= 0) {
			close(fd);
		}
	}
}

static struct error *refuse_auto(struct arena *arena)
{
	struct str_list names = { 0 };
	struct error *error = error_new(arena, ERROR_INVALID,
			"nothing here says which part of the run is to be played");

	for (size_t i = 0; i < COUNT_OF(systems); i++) {
		str_list_add(&names,
				str_format(arena, "%s (%s)", systems[i].name, systems[i].index),
				arena);
	}
	error->hint = str_format(arena,
			"It is read from what these set: %.*s. Elsewhere say --shard I/N.",
			STR_ARG(str_list_join(&names, STR(", "), arena)));
	return error;
}

struct error *shard_parse(str value, struct arena *arena, size_t *ret_part, size_t *ret_parts)
{
	const size_t slash = str_find_char(value, '/');

	if (!is_auto(value)) {
		*ret_part = option_count(str_slice(value, 0, slash));
		*ret_parts = option_count(str_slice(value, slash + 1, value.len));
		return NULL;
	}
	for (size_t i = 0; i < COUNT_OF(systems); i++) {
		if (is_set(systems[i].index)) {
			tell_system(&systems[i]);
			return read_system(&systems[i], arena, ret_part, ret_parts);
		}
	}
	return refuse_auto(arena);
}
