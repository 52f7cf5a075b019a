#include "cli/captured.h"

#include "cli/cli_internal.h"
#include "engines/engines.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/scratch.h"
#include "scenario/scenario.h"

#include <fcntl.h>
#include <unistd.h>

const struct engine *captured_engine(str text)
{
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		const struct engine *engine = engine_find(str_from(scenario_engine_names[i]));

		if (engine && engine->is_address(text)) {
			return engine;
		}
	}
	return NULL;
}

static bool is_interrupted(void)
{
	return interrupted_by() != 0;
}

struct error *captured_write(const struct engine *engine, const struct capture *capture, int fd,
		struct arena *arena, struct str_list *ret_notes)
{
	struct capture wanted = *capture;
	struct signal_actions signals;

	wanted.is_stopped = is_interrupted;
	signals_catch(&signals);
	struct error *error = engine->capture(&wanted, fd, arena, ret_notes);

	signals_release(&signals);
	if (!error && is_interrupted()) {
		error = error_new(arena, ERROR_INTERRUPTED, "it was stopped");
	}
	const str address = engine->address_public(capture->address, arena);

	return error ? error_wrap(arena, error, "reading the database%s%.*s",
				       address.len ? " " : "", STR_ARG(address))
		     : NULL;
}

struct error *captured_open(const struct engine *engine, const struct capture *capture,
		struct arena *arena, str *ret_folder, str *ret_path, struct str_list *ret_notes)
{
	str folder;
	struct error *error = scratch_make(SCRATCH_DISK, arena, &folder);

	if (error) {
		return error;
	}
	const str path = str_format(
			arena, "%.*s/captured%s", STR_ARG(folder), engine->capture_suffix);
	const int fd = open(path.data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	error = fd < 0 ? error_from_errno(arena, "write '%.*s'", STR_ARG(path))
		       : captured_write(engine, capture, fd, arena, ret_notes);
	if (fd >= 0) {
		close(fd);
	}
	if (error) {
		scratch_remove(folder, arena);
		return error;
	}
	*ret_folder = folder;
	*ret_path = path;
	return NULL;
}
