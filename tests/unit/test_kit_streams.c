#include "check.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/process.h"
#include "kit/unpack.h"
#include "leaks.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena arena;
static void setup(void)
{
	char folder[] = "/tmp/rehearse-streams-XXXXXX";

	arena = (struct arena){ 0 };
	cr_assert(ne(ptr, mkdtemp(folder), NULL));
	cr_assert(eq(int, chdir(folder), 0));
}

static void teardown(void)
{
	cr_assert(eq(int, system("rm -rf \"$PWD\""), 0));
	arena_finish(&arena);
	check_leaks();
}

#define expect_str(actual, literal) \
	cr_expect(eq(str, (char *)str_to_c((actual), &arena), (char *)(literal)))

static void shell(const char *command)
{
	cr_assert(eq(int, system(command), 0), "%s", command);
}

/* --- unpacking ------------------------------------------------------------------------------- */

TestSuite(unpack, .init = setup, .fini = teardown);

/* What is in the file; an error's message. */
static str contents(const char *path)
{
	str text;
	struct error *error = unpack_read_all(str_from(path), 10000000, &arena, &text);

	return error ? error->message : text;
}

Test(unpack, gives_what_was_packed)
{
	shell("seq 300000 >plain; gzip -k plain; cat plain plain >twice");
	shell("{ gzip -c plain; gzip -c plain; } >twice.gz; gzip -c </dev/null >empty.gz; : >empty");
	const str plain = contents("plain");

	cr_assert(gt(sz, plain.len, 1000000));
	cr_expect(str_equal(contents("plain.gz"), plain));
	cr_expect(str_equal(contents("twice.gz"), contents("twice")));
	expect_str(contents("empty.gz"), "");
	expect_str(contents("empty"), "");
#ifdef HAVE_ZSTD
	if (system("zstd -q -k plain 2>/dev/null") == 0) {
		cr_expect(str_equal(contents("plain.zst"), plain));
		shell("cat plain.zst plain.zst >twice.zst");
		cr_expect(str_equal(contents("twice.zst"), contents("twice")));
		shell("head -c 1000 plain.zst >cut.zst");
		expect_str(contents("cut.zst"), "cannot unpack 'cut.zst': it is cut off");
	}
#endif
}

Test(unpack, says_what_is_wrong_with_a_file)
{
	shell("seq 300000 | gzip >a.gz; head -c 1000 a.gz >cut.gz; cp a.gz bad.gz");
	shell("printf 'xxxxxxxx' | dd of=bad.gz bs=1 seek=2000 conv=notrunc 2>/dev/null; mkdir d");
	expect_str(contents("cut.gz"), "cannot unpack 'cut.gz': it is cut off");
	expect_str(contents("bad.gz"), "cannot unpack 'bad.gz': it is damaged");
	expect_str(contents("d"), "'d' is not a file");
	cr_expect(str_ends_with(contents("none"), STR("No such file or directory")));
	str text;
	struct error *error = unpack_read_all(STR("a.gz"), 1000, &arena, &text);

	cr_assert(ne(ptr, error, NULL));
	expect_str(error->message, "'a.gz' is larger than 1000 bytes");
	cr_assert(eq(ptr, unpack_read_start(STR("a.gz"), 4, &arena, &text), NULL));
	expect_str(text, "1\n2\n");
}

/* --- programs that are read along ------------------------------------------------------------- */

TestSuite(process_stream, .init = setup, .fini = teardown);

/* Read what a shell command writes, to its end or to an error. */
static struct error *read_command(const char *command, int64_t until_us, struct buf *out,
		int *ret_status, str *ret_complaints)
{
	const char *const arguments[] = { "sh", "-c", command, NULL };
	const struct process process = { .arguments = arguments,
		.patience = { .until_us = until_us } };
	struct process_stream *stream;
	char part[1000];
	size_t len = 1;
	struct error *error = process_open(&process, &arena, &stream);

	cr_assert(eq(ptr, error, NULL));
	while (!error && len) {
		error = process_read(stream, part, sizeof(part), &len);
		if (!error) {
			buf_add(out, (str){ part, len });
		}
	}
	struct error *end = process_close(stream, &arena, ret_status, ret_complaints);

	return error ? error : end;
}

Test(process_stream, gives_output_and_complaints_apart)
{
	struct buf out = { .arena = &arena };
	int status;
	str complaints;

	cr_assert(eq(ptr,
			read_command("seq 100000; echo sorry >&2; exit 3", 0, &out, &status,
					&complaints),
			NULL));
	cr_expect(eq(int, status, 3));
	expect_str(complaints, "sorry\n");
	cr_expect(eq(sz, out.len, 588895));
}

Test(process_stream, ends_at_its_deadline, .timeout = 20)
{
	struct buf out = { .arena = &arena };
	int status;
	str complaints;
	struct error *error = read_command(
			"echo a; sleep 600", clock_now_us() + 300000, &out, &status, &complaints);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_TIMEOUT));
	expect_str(buf_str(&out), "a\n");
	cr_expect(eq(int, status, 128 + SIGKILL));
}

Test(process_stream, reads_from_a_descriptor)
{
	shell("printf 'from a file' >input");
	int fd;
	cr_assert(eq(ptr, file_open(STR("input"), &arena, &fd), NULL));
	const char *const arguments[] = { "cat", NULL };
	const struct process process = { .arguments = arguments, .input_fd = fd };
	str output;
	int status;

	cr_assert(eq(ptr, process_run(&process, &arena, &status, &output), NULL));
	expect_str(output, "from a file");
	close(fd);
}

Test(process_stream, that_cannot_be_started_is_an_error)
{
	const char *const arguments[] = { "./nowhere", NULL };
	const struct process process = { .arguments = arguments };
	struct process_stream *stream;
	char part[10];
	size_t len;
	int status;
	str complaints;

	cr_assert(eq(ptr, process_open(&process, &arena, &stream), NULL));
	cr_assert(eq(ptr, process_read(stream, part, sizeof(part), &len), NULL));
	struct error *error = process_close(stream, &arena, &status, &complaints);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(str_starts_with(error->message, STR("could not start './nowhere'")));
}
