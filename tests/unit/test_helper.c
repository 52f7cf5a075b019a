/* The C side of the helper: lines over a socket, whom it takes for Python, where files are meanwhile. */
#include "check.h"
#include "helper/edited_tree.h"
#include "helper/helper.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/scratch.h"
#include "leaks.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena arena;
static struct channel channel;
static int other; /* the other end */
static str folder;

static void setup(void)
{
	int sockets[2];

	arena = (struct arena){ 0 };
	cr_assert(eq(int, socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0));
	channel_open(&channel, sockets[0], &arena);
	other = sockets[1];
	cr_assert(eq(ptr, scratch_make(SCRATCH_MEMORY, &arena, &folder), NULL));
}

static void teardown(void)
{
	channel_close(&channel);
	close(other);
	scratch_remove(folder, &arena);
	cr_expect(not(path_is_directory(folder, &arena)));
	arena_finish(&arena);
	check_leaks();
}

TestSuite(channel, .init = setup, .fini = teardown);
TestSuite(interpreter, .init = setup, .fini = teardown);
TestSuite(process, .init = setup, .fini = teardown);
TestSuite(files, .init = setup, .fini = teardown);

#define expect_str(actual, expected) \
	cr_expect(eq(str, (char *)str_to_c((actual), &arena), (char *)(expected)))

/* --- lines ------------------------------------------------------------------------------------ */

static void say(const char *bytes)
{
	cr_assert(descriptor_write(other, str_from(bytes)));
}

/* The text `a` of the next object. */
static str hear(void)
{
	const struct patience patience = { .until_us = clock_now_us() + 2000000 };
	json_t *object = NULL;
	struct error *err = channel_receive(&channel, &patience, &arena, &object);

	if (err) {
		return str_format(&arena, "error %d: %.*s", err->code, STR_ARG(err->message));
	}
	const str text = object_text(object, "a", &arena);

	json_decref(object);
	return text;
}

Test(channel, lines_come_whole_however_they_were_sent)
{
	say("{\"a\": \"one\"}\n{\"a\"");
	expect_str(hear(), "one");
	say(": \"two\"}");
	say("\n{\"a\": \"three\"}\n");
	expect_str(hear(), "two");
	expect_str(hear(), "three");
}

Test(channel, halves_of_characters_become_what_stands_for_them_everywhere)
{
	say("{\"a\": \"x\\udc80y\\ud83d\\ude00\\ud800z\\\\udc80\"}\n");
	expect_str(hear(), "x\xEF\xBF\xBDy\xF0\x9F\x98\x80\xEF\xBF\xBDz\\udc80");
}

Test(channel, what_is_no_object_is_an_error)
{
	say("[1]\n{\"a\": \"after it\"}\n");
	cr_expect(str_starts_with(hear(), STR("error")));
	expect_str(hear(), "after it");
}

Test(channel, nobody_there_and_no_time_are_told_apart)
{
	const struct patience short_one = { .until_us = clock_now_us() + 20000 };
	json_t *object;

	struct error *err = channel_receive(&channel, &short_one, &arena, &object);
	cr_assert(ne(ptr, err, NULL));
	cr_expect(eq(int, err->code, ERROR_TIMEOUT));
	shutdown(other, SHUT_RDWR);
	const struct patience patience = { .until_us = clock_now_us() + 2000000 };

	err = channel_receive(&channel, &patience, &arena, &object);
	cr_assert(ne(ptr, err, NULL));
	cr_expect(eq(int, err->code, ERROR_NOT_FOUND));
	err = channel_send(&channel, STR("{}\n"), -1, &patience, &arena);
	cr_assert(ne(ptr, err, NULL));
	cr_expect(eq(int, err->code, ERROR_NOT_FOUND));
}

Test(channel, who_does_not_read_is_not_waited_for_for_ever)
{
	const struct patience patience = { .until_us = clock_now_us() + 50000 };
	const size_t len = (size_t)8 * 1024 * 1024;
	char *bytes = arena_new_array(&arena, char, len);

	memset(bytes, 'x', len);
	struct error *err = channel_send(&channel, (str){ bytes, len }, -1, &patience, &arena);

	cr_assert(ne(ptr, err, NULL));
	cr_expect(eq(int, err->code, ERROR_TIMEOUT));
}

/* --- which Python ------------------------------------------------------------------------------ */

/* A program in the folder of the test. */
static str write_program(const char *name, const char *text)
{
	const str path = path_join(folder, str_from(name), &arena);

	cr_assert(eq(ptr, directory_make(path_folder(path), &arena), NULL));
	cr_assert(eq(ptr, file_write(path, str_from(text), &arena), NULL));
	cr_assert(eq(int, chmod(str_to_c(path, &arena), 0700), 0));
	return path;
}

static struct python_candidates find(const char *given, str project)
{
	const struct python_wish wish = { .given = str_from(given), .folder = project };

	return interpreter_find(&wish, &arena);
}

Test(interpreter, one_that_is_named_is_the_only_one)
{
	unsetenv("REHEARSE_PYTHON");
	const struct python_candidates named = find("poetry  run python", folder);

	cr_assert(eq(sz, named.count, 1));
	cr_assert(eq(sz, named.items[0].command.count, 3));
	expect_str(named.items[0].command.items[1], "run");

	setenv("REHEARSE_PYTHON", "/opt/python", 1);
	const struct python_candidates variable = find("", folder);

	cr_assert(eq(sz, variable.count, 1));
	expect_str(variable.items[0].command.items[0], "/opt/python");
	expect_str(variable.items[0].words, "$REHEARSE_PYTHON '/opt/python'");
}

Test(interpreter, a_path_with_blanks_in_it_is_one)
{
	const str path = write_program("my python", "");
	const struct python_candidates named = find(path.data, folder);

	cr_assert(eq(sz, named.items[0].command.count, 1));
	expect_str(named.items[0].command.items[0], path.data);
}

Test(interpreter, environments_are_found_up_to_the_repository)
{
	unsetenv("REHEARSE_PYTHON");
	unsetenv("VIRTUAL_ENV");
	setenv("PATH", "/nonexistent", 1);
	const str above = write_program("env/bin/python", "");
	const str root = write_program("repository/venv/bin/python", "");
	const str beside = write_program("repository/server/.venv/bin/python", "");
	const str server = path_join(folder, STR("repository/server"), &arena);

	cr_assert(eq(ptr,
			directory_make(path_join(folder, STR("repository/.git"), &arena), &arena),
			NULL));
	const struct python_candidates found = find("", server);

	cr_assert(eq(sz, found.count, 2));
	expect_str(found.items[0].command.items[0], beside.data);
	expect_str(found.items[1].command.items[0], root.data);
	cr_expect(str_list_contains(&found.absent, STR("no python3 in $PATH")));
	(void)above;
}

/* --- the process ------------------------------------------------------------------------------- */

static struct error *start(str program, struct helper **ret_helper)
{
	const struct python_wish wish = { .given = program };

	return helper_start(&wish, false, &arena, ret_helper);
}

Test(process, says_which_alembic_it_has)
{
	struct helper *helper = NULL;
	const str program = write_program("python",
			"#!/bin/sh\n"
			"echo '{\"hello\": 1, \"python\": \"3.11.2\", \"alembic\": \"1.13.1\"}' >&0\n"
			"cat >/dev/null\n");

	cr_assert(eq(ptr, start(program, &helper), NULL));
	expect_str(helper->alembic, "1.13.1");
	cr_expect(eq(int, helper->alembic_minor, 13));
	helper_stop(helper);
	cr_expect(eq(int, helper->pid, 0));
	helper_stop(helper);
}

Test(process, one_that_does_not_end_is_ended)
{
	struct helper *helper = NULL;
	const str program = write_program("python",
			"#!/bin/sh\necho '{\"hello\": 1, \"alembic\": \"1.20.1\"}' >&0\nexec sleep 60\n");

	cr_assert(eq(ptr, start(program, &helper), NULL));
	const pid_t pid = helper->pid;
	const int64_t since_us = clock_now_us();

	helper_stop(helper);
	cr_expect(lt(i64, clock_now_us() - since_us, 20000000));
	cr_expect(eq(int, kill(pid, 0), -1));
}

Test(process, why_each_was_not_it_is_told)
{
	struct helper *helper;
	const str without = write_program("without",
			"#!/bin/sh\n"
			"echo '{\"failed\": \"hello\", \"error\": {\"message\": \"No module named x\"}}' "
			">&0\n");
	struct error *err = start(without, &helper);

	cr_assert(ne(ptr, err, NULL));
	cr_expect(eq(int, err->code, ERROR_ENVIRONMENT));
	cr_expect(str_ends_with(err->message, STR("/without': No module named x")));

	err = start(write_program("silent", "#!/bin/sh\nexit 0\n"), &helper);
	cr_assert(ne(ptr, err, NULL));
	cr_expect(str_ends_with(err->message, STR("/silent': it ended at once: no Python 3?")));

	err = start(STR("/nonexistent/python"), &helper);
	cr_assert(ne(ptr, err, NULL));
	cr_expect(str_find(err->message, STR("No such file")) < err->message.len);
}

/* --- files ------------------------------------------------------------------------------------- */

Test(files, of_a_commit_are_where_they_were_laid_out)
{
	const struct checkout checkout = { STR_INIT("v1"), STR_INIT("/home/me/shop"),
		STR_INIT("/dev/shm/x/at-1") };

	expect_str(checkout_path(&checkout, STR("/home/me/shop/db/a.py"), &arena),
			"/dev/shm/x/at-1/db/a.py");
	expect_str(checkout_path(&checkout, STR("/home/me/shop"), &arena), "/dev/shm/x/at-1");
	expect_str(checkout_path(&checkout, STR("/home/me/shops/a.py"), &arena),
			"/home/me/shops/a.py");
	expect_str(checkout_path(NULL, STR("/home/me/shop/a.py"), &arena), "/home/me/shop/a.py");
	expect_str(checkout_name(&checkout, STR("/dev/shm/x/at-1/db/a.py"), &arena), "v1:db/a.py");
	expect_str(checkout_name(NULL, path_from_root(STR("db/a.py"), &arena), &arena), "db/a.py");
}

Test(files, of_an_edited_tree_keep_their_lines_and_their_names)
{
	const str own = path_join(folder, STR("0001_orders.py"), &arena);
	const str to = path_join(folder, STR("tree"), &arena);
	struct python_version_file items[] = {
		{ .name = STR("0001_orders.py"), .path = own, .added = STR("\n\nrevision = \"x\"\n") },
		{ .name = STR("0001_orders.py"), .added = STR("revision = \"y\"\n") },
	};
	const struct python_version_files files = { items, 2, 2 };
	struct edited_tree *tree = NULL;
	str text;

	cr_assert(eq(ptr, file_write(own, STR("revision = \"0001\"\n"), &arena), NULL));
	cr_assert(eq(ptr, edited_tree_write(&files, NULL, to, &arena, &tree), NULL));
	cr_assert(eq(sz, tree->files.count, 2));
	cr_expect(not(str_equal(tree->files.items[0].path, tree->files.items[1].path)));
	cr_assert(eq(ptr, file_read(tree->files.items[0].path, SIZE_MAX, &arena, &text), NULL));
	expect_str(text, "revision = \"0001\"\n\n\nrevision = \"x\"\n");
	expect_str(edited_tree_original(tree, tree->files.items[0].path), own.data);
	expect_str(edited_tree_original(tree, tree->files.items[1].path),
			tree->files.items[1].path.data);
	expect_str(edited_tree_original(NULL, own), own.data);
}

Test(files, that_a_killed_process_left_are_swept)
{
	const str base = path_folder(folder);
	const str left = path_join(base, STR("rehearse-cells-999999999-abcdef"), &arena);
	const str own = str_format(&arena, "%.*s/rehearse-cells-%ld-abcdef", STR_ARG(base),
			(long)getpid());

	cr_assert(eq(ptr, directory_make(path_join(left, STR("at-1/db"), &arena), &arena), NULL));
	cr_assert(eq(ptr, directory_make(own, &arena), NULL));
	cr_expect(ge(sz, scratch_sweep(&arena), (size_t)1));
	cr_expect(not(path_is_directory(left, &arena)));
	cr_expect(path_is_directory(own, &arena));
	scratch_remove(own, &arena);
}

Test(files, that_a_killed_process_left_on_the_disk_are_swept)
{
	const str left = path_join(folder, STR("rehearse-cells-999999999-abcdef"), &arena);
	str own;

	setenv("TMPDIR", folder.data, 1);
	cr_assert(eq(ptr, scratch_make(SCRATCH_DISK, &arena, &own), NULL));
	cr_expect(str_equal(path_folder(own), folder));
	cr_assert(eq(ptr, directory_make(path_join(left, STR("dump"), &arena), &arena), NULL));
	cr_expect(ge(sz, scratch_sweep(&arena), (size_t)1));
	cr_expect(not(path_is_directory(left, &arena)));
	cr_expect(path_is_directory(own, &arena));
}

Test(files, that_are_kept_go_when_they_are_asked_for)
{
	const str left = path_join(folder, STR("rehearse-cells-999999999-abcdef"), &arena);

	setenv("TMPDIR", folder.data, 1);
	cr_assert(eq(ptr, directory_make(left, &arena), NULL));
	cr_assert(eq(ptr, scratch_keep(left, &arena), NULL));
	scratch_sweep(&arena);
	cr_expect(path_is_directory(left, &arena));
	cr_expect(ge(sz, scratch_remove_kept(&arena), (size_t)1));
	cr_expect(not(path_is_directory(left, &arena)));
}
