/*
 * `rehearse --version`.
 */
#include "cli/cli_internal.h"

#include "cli/prompt.h"
#include "engines/engines.h"
#include "files/files.h"
#include "kit/arena.h"
#include "kit/unpack.h"
#include "scenario/scenario.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <jansson.h>
#include <pcre2.h>
#include <yaml.h>

static str pcre2_version(struct arena *arena)
{
	const int len = pcre2_config(PCRE2_CONFIG_VERSION, NULL);
	char *text = arena_alloc(arena, len > 0 ? (size_t)len : 1);

	pcre2_config(PCRE2_CONFIG_VERSION, text);
	return str_from(text);
}

/* A library that the program can do without. */
static void add_optional(struct buf *out, const char *name, str release)
{
	buf_format(out, "%s %.*s\n", name,
			STR_ARG(release.len ? release : STR("(built without it)")));
}

void version_render(struct buf *out)
{
	buf_format(out, "rehearse %s\n", REHEARSE_VERSION);
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		const struct engine *engine = engine_find(str_from(scenario_engine_names[i]));

		if (engine) {
			buf_format(out, "%s %s\n", engine->name, engine->library_version());
		}
	}
	buf_format(out, "pcre2 %.*s\n", STR_ARG(pcre2_version(out->arena)));
	buf_format(out, "libyaml %s\n", yaml_get_version_string());
	buf_format(out, "jansson %s\n", jansson_version_str());
	add_optional(out, "libgit2", files_git_release(out->arena));
	add_optional(out, "libzstd", str_from(unpack_zstd_release()));
	add_optional(out, "libedit", line_editor_release(out->arena));
}
