/*
 * conformance REHEARSE CORPUS... - ask `rehearse plan --jsonl` every case of the corpus files, at every
 * level they were recorded for, and compare with what real Alembic answered. Needs no Python. The files'
 * format is in record.py, what is compared in docs/fidelity.md.
 *
 * Exit status: 0 no answer differs, 1 some do, 2 the comparison could not be made.
 */
#include <jansson.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
	SHOWN = 5, /* differences, of each file at each level */
};

/* What makes up an answer; other keys are remarks. */
static const char *const answer_keys[] = { "ok", "error_class", "message", "result", "version_rows",
	"steps" };
static const char *const step_keys[] = { "op", "revision", "from", "to" };
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A file of recorded cases, in memory. */
struct corpus {
	const char *path;
	json_t *levels; /* level -> the versions that answered, in words */

	struct recorded {
		json_t *entry; /* the case's line */
		json_t *tree;  /* the line of its tree; borrowed from `trees` */
		size_t line;   /* counted from 1 */
	} * cases;

	size_t count;
	json_t *trees; /* an array that owns the trees */
};

struct tally {
	size_t cases, same, undefined, differ;
};

static _Noreturn void give_up(const char *path, const char *reason)
{
	fprintf(stderr, "could not compare with %s: %s\n", path, reason);
	exit(2);
}

static json_t *owned(json_t *value)
{
	if (!value) {
		give_up("the corpus", "out of memory");
	}
	return value;
}

static void corpus_add(struct corpus *corpus, json_t *entry, size_t line)
{
	if (json_object_get(entry, "corpus")) {
		corpus->levels = json_incref(json_object_get(entry, "levels"));
	} else if (json_object_get(entry, "tree")) {
		json_array_append(corpus->trees, entry);
	} else {
		size_t trees = json_array_size(corpus->trees);
		if (trees == 0 || !json_object_get(entry, "case")) {
			give_up(corpus->path, "a line that is no case, or has no tree above it");
		}
		struct recorded *more = realloc(corpus->cases, (corpus->count + 1) * sizeof(*more));
		if (!more) {
			give_up(corpus->path, "out of memory");
		}
		corpus->cases = more;
		corpus->cases[corpus->count++] = (struct recorded){
			.entry = json_incref(entry),
			.tree = json_array_get(corpus->trees, trees - 1),
			.line = line,
		};
	}
	json_decref(entry);
}

static void corpus_read(struct corpus *corpus, const char *path)
{
	*corpus = (struct corpus){ .path = path, .trees = owned(json_array()) };
	FILE *file = fopen(path, "r");
	if (!file) {
		give_up(path, "cannot open it");
	}

	char *text = NULL;
	size_t capacity = 0;
	for (size_t line = 1; getline(&text, &capacity, file) > 0; line++) {
		json_error_t error;
		json_t *entry = json_loads(text, 0, &error);
		if (!entry) {
			give_up(path, error.text);
		}
		corpus_add(corpus, entry, line);
	}
	free(text);
	fclose(file);
	if (!json_is_object(corpus->levels) || corpus->count == 0) {
		give_up(path, "no cases, or no line that names their levels");
	}
}

static void corpus_free(struct corpus *corpus)
{
	for (size_t i = 0; i < corpus->count; i++) {
		json_decref(corpus->cases[i].entry);
	}
	free(corpus->cases);
	json_decref(corpus->trees);
	json_decref(corpus->levels);
}

/* The case as `rehearse plan --jsonl` reads it. */
static json_t *question(const struct recorded *recorded, const char *level)
{
	static const char *const keys[] = { "command", "current", "target", "purge", "sql" };

	json_t *input = owned(json_object());
	json_object_set(input, "id", json_object_get(recorded->entry, "case"));
	json_object_set_new(input, "alembic", json_string(level));
	json_object_set(input, "revisions", json_object_get(recorded->tree, "revisions"));
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		json_t *value = json_object_get(recorded->entry, keys[i]);
		if (value) {
			json_object_set(input, keys[i], value);
		}
	}
	return input;
}

/* What was recorded for the case at this level: an array of the answers that are accepted. */
static json_t *accepted_answers(const struct recorded *recorded, const char *level)
{
	json_t *answer = json_object_get(recorded->entry, "answer");
	if (answer) {
		return owned(json_pack("[O]", answer));
	}
	return json_incref(json_object_get(json_object_get(recorded->entry, "answers"), level));
}

/* The part of an answer that is compared: no remarks, no nulls, no empty list of steps. */
static json_t *essence(const json_t *answer)
{
	json_t *kept = owned(json_object());
	for (size_t i = 0; i < COUNT_OF(answer_keys); i++) {
		json_t *value = json_object_get(answer, answer_keys[i]);
		if (value && !json_is_null(value)) {
			json_object_set(kept, answer_keys[i], value);
		}
	}
	const json_t *steps = json_object_get(answer, "steps");
	json_object_del(kept, "steps");
	if (json_array_size(steps) > 0) {
		json_t *plain = owned(json_array());
		for (size_t i = 0; i < json_array_size(steps); i++) {
			json_t *step = owned(json_object());
			for (size_t k = 0; k < COUNT_OF(step_keys); k++) {
				json_object_set(step, step_keys[k],
						json_object_get(json_array_get(steps, i),
								step_keys[k]));
			}
			json_array_append_new(plain, step);
		}
		json_object_set_new(kept, "steps", plain);
	}
	return kept;
}

/* Real Alembic never came back: stopping with an error is right, whatever it is called. */
static bool is_hang(const json_t *accepted)
{
	const json_t *name = json_object_get(json_array_get(accepted, 0), "error_class");
	return json_is_string(name) && strcmp(json_string_value(name), "Hang") == 0;
}

static bool is_accepted(const json_t *answer, const json_t *accepted)
{
	if (is_hang(accepted)) {
		return json_is_false(json_object_get(answer, "ok"));
	}
	for (size_t i = 0; i < json_array_size(accepted); i++) {
		if (json_equal(answer, json_array_get(accepted, i))) {
			return true;
		}
	}
	return false;
}

static void print_value(const char *before, const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	printf("%s%s\n", before, text ? text : "nothing");
	free(text);
}

/* A difference, key by key, after the line that repeats it. */
static void show(const struct corpus *corpus, const struct recorded *recorded, const char *level,
		const json_t *answer, const json_t *accepted)
{
	json_t *input = question(recorded, level);
	printf("%s:%zu: differs from Alembic %s\n", corpus->path, recorded->line, level);
	print_value("  rehearse plan --jsonl <<< ", input);
	json_decref(input);
	if (json_array_size(accepted) > 1) {
		print_value("  expected one of ", accepted);
		print_value("  actual          ", answer);
		return;
	}
	for (size_t i = 0; i < COUNT_OF(answer_keys); i++) {
		const json_t *expected =
				json_object_get(json_array_get(accepted, 0), answer_keys[i]);
		const json_t *actual = json_object_get(answer, answer_keys[i]);
		if (expected != actual && !(expected && actual && json_equal(expected, actual))) {
			printf("  %s\n", answer_keys[i]);
			print_value("    expected ", expected);
			print_value("    actual   ", actual);
		}
	}
}

/* Run the program over `input`; what it wrote is in the file that is returned, from its start. */
static FILE *run(char *program, FILE *input)
{
	char plan[] = "plan", jsonl[] = "--jsonl";
	char *const arguments[] = { program, plan, jsonl, NULL };
	FILE *output = tmpfile();
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;

	if (!output || fflush(input) != 0 || fseek(input, 0, SEEK_SET) != 0 ||
			posix_spawn_file_actions_init(&actions) != 0) {
		give_up(program, "no temporary file");
	}
	posix_spawn_file_actions_adddup2(&actions, fileno(input), STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, fileno(output), STDOUT_FILENO);
	if (posix_spawn(&pid, program, &actions, NULL, arguments, environ) != 0 ||
			waitpid(pid, &status, 0) != pid) {
		give_up(program, "cannot run it");
	}
	posix_spawn_file_actions_destroy(&actions);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		give_up(program, "it did not leave with status 0");
	}
	rewind(output);
	return output;
}

static void compare(const struct corpus *corpus, const struct recorded *recorded, const char *level,
		const char *line, struct tally *tally)
{
	json_t *accepted = accepted_answers(recorded, level);
	json_t *raw = json_loads(line, 0, NULL);
	if (json_array_size(accepted) == 0) {
		give_up(corpus->path, "a case without an answer");
	}

	if (raw &&
			!json_equal(json_object_get(raw, "id"),
					json_object_get(recorded->entry, "case"))) {
		give_up(corpus->path, "answers do not come in the order of the cases");
	}
	json_t *answer = essence(raw);
	tally->cases++;
	if (!raw || !is_accepted(answer, accepted)) {
		tally->differ++;
		if (tally->differ <= SHOWN) {
			show(corpus, recorded, level, answer, accepted);
		}
	} else if (json_array_size(accepted) > 1 || is_hang(accepted)) {
		tally->undefined++;
	} else {
		tally->same++;
	}
	json_decref(answer);
	json_decref(raw);
	json_decref(accepted);
}

static struct tally compare_at_level(char *program, const struct corpus *corpus, const char *level)
{
	struct tally tally = { 0 };
	FILE *input = tmpfile();
	if (!input) {
		give_up(corpus->path, "no temporary file");
	}
	for (size_t i = 0; i < corpus->count; i++) {
		json_t *one = question(&corpus->cases[i], level);
		json_dumpf(one, input, JSON_COMPACT);
		fputc('\n', input);
		json_decref(one);
	}

	FILE *output = run(program, input);
	char *line = NULL;
	size_t capacity = 0;
	for (size_t i = 0; i < corpus->count; i++) {
		if (getline(&line, &capacity, output) <= 0) {
			give_up(program, "fewer answers than cases");
		}
		compare(corpus, &corpus->cases[i], level, line, &tally);
	}
	free(line);
	fclose(output);
	fclose(input);
	return tally;
}

int main(int argc, char **argv)
{
	bool differs = false;

	if (argc < 3) {
		fprintf(stderr, "usage: conformance REHEARSE CORPUS...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		struct corpus corpus;
		const char *level;
		json_t *versions;

		corpus_read(&corpus, argv[i]);
		json_object_foreach(corpus.levels, level, versions)
		{
			struct tally tally = compare_at_level(argv[1], &corpus, level);
			printf("%s, %s: %zu cases, %zu same, %zu accepted as undefined, %zu differ\n",
					argv[i], json_string_value(versions), tally.cases,
					tally.same, tally.undefined, tally.differ);
			differs |= tally.differ > 0;
		}
		corpus_free(&corpus);
	}
	return differs ? 1 : 0;
}
