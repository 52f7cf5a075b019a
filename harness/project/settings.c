#include "project/settings.h"

#include "kit/file.h"
#include "project/ini.h"
#include "project/packages.h"
#include "project/toml.h"

/* Configuration is small. */
#define MAX_BYTES ((size_t)1024 * 1024)

struct reading {
	const struct settings_request *request;
	struct arena *arena;
	struct ini ini;
	const struct ini_section *section; /* NULL: there is no such section */
	const struct toml_value *toml;     /* [tool.alembic]; NULL: none */
	struct settings *settings;
};

static struct error *read_source(const struct files *files, str path, struct arena *arena,
		const struct source **ret_source)
{
	struct source *source = arena_new(arena, struct source);
	struct error *error = files_read(files, path, MAX_BYTES, arena, &source->text);

	source->name = files_name(files, path, arena);
	*ret_source = source;
	return error;
}

static struct error *read_ini(
		const struct files *files, str path, struct arena *arena, struct ini *ret_ini)
{
	const struct source *source;
	struct error *error = read_source(files, path, arena, &source);

	return error ? error : ini_parse(source, path_folder(path), arena, ret_ini);
}

static struct error *read_toml(const struct files *files, str path, struct arena *arena,
		const struct toml_value **ret_alembic)
{
	const struct toml_value *root;
	const struct source *source;
	struct error *error = read_source(files, path, arena, &source);

	error = error ? error : toml_parse(source, arena, &root);
	if (error) {
		return error;
	}
	*ret_alembic = toml_find(toml_find(root, STR("tool")), STR("alembic"));
	if (*ret_alembic && (*ret_alembic)->kind != TOML_TABLE) {
		error = error_alembic(arena, "CommandError", "Incorrect TOML format");
		error->where = (*ret_alembic)->where;
	}
	return error;
}

bool settings_is_in_toml(const struct files *files, str path, struct arena *arena)
{
	const struct toml_value *alembic = NULL;

	return files_has_file(files, path, arena) && !read_toml(files, path, arena, &alembic) &&
			alembic;
}

struct error *settings_sections(const struct files *files, str path, struct arena *arena,
		struct str_list *ret_names)
{
	struct ini ini;
	struct error *error = read_ini(files, path, arena, &ini);

	*ret_names = (struct str_list){ 0 };
	for (size_t i = 0; !error && i < ini.count; i++) {
		for (size_t j = 0; j < ini.items[i].count; j++) {
			if (str_equal(ini.items[i].items[j].name, STR("script_location"))) {
				str_list_add(ret_names, ini.items[i].name, arena);
			}
		}
	}
	return error;
}

/* ---- values ---- */

/* A text of the toml file, filled in as Python's `text % {"here": ...}` does. */
static struct error *fill_toml(
		const struct reading *reading, const struct toml_value *value, str *ret_text)
{
	struct buf out = { .arena = reading->arena };
	const str text = value->text;
	const str here = path_folder(reading->settings->toml);

	for (size_t i = 0; i < text.len; i++) {
		const str rest = str_slice(text, i, text.len);

		if (text.data[i] != '%') {
			buf_add_char(&out, text.data[i]);
		} else if (str_starts_with(rest, STR("%%"))) {
			buf_add_char(&out, '%');
			i++;
		} else if (str_starts_with(rest, STR("%(here)s"))) {
			buf_add(&out, here);
			i += sizeof("%(here)s") - 2;
		} else {
			struct error *error = error_alembic(
					reading->arena, "KeyError", "%.*s", STR_ARG(rest));

			error->where = value->where;
			error->hint = STR(
					"Alembic fills in %(here)s alone; write any other '%' twice.");
			return error;
		}
	}
	*ret_text = (str){ buf_c(&out), out.len };
	return NULL;
}

/* The option of the ini file, else the text in the toml file; data NULL: neither has it. */
static struct error *get_text(const struct reading *reading, const char *name, str *ret_text)
{
	const struct toml_value *value = toml_find(reading->toml, str_from(name));
	struct error *error = ini_get(
			&reading->ini, reading->section, str_from(name), reading->arena, ret_text);

	if (error || ret_text->data || !value) {
		return error;
	}
	if (value->kind == TOML_TEXT) {
		return fill_toml(reading, value, ret_text);
	}
	error = error_alembic(reading->arena, "CommandError",
			"unsupported TOML value type for key: '%s'", name);
	error->where = value->where;
	return error;
}

static struct error *get_boolean(const struct reading *reading, const char *name, bool *ret_boolean)
{
	const struct toml_value *value = toml_find(reading->toml, str_from(name));
	str text;
	struct error *error = ini_get(
			&reading->ini, reading->section, str_from(name), reading->arena, &text);

	*ret_boolean = false;
	if (error || text.data) {
		*ret_boolean = !error && str_equal(text, STR("true"));
		return error;
	}
	if (!value) {
		return NULL;
	}
	if (value->kind != TOML_BOOLEAN) {
		error = error_alembic(reading->arena, "CommandError",
				"boolean value expected for TOML parameter '%s'", name);
		error->where = value->where;
		return error;
	}
	*ret_boolean = value->boolean;
	return NULL;
}

/* ---- lists of paths ---- */

/* Split as `re.split(r", *|(?: +)", text)` does, with `colons` at those too: empty parts are kept. */
static struct str_list split_old(str text, bool colons, struct arena *arena)
{
	struct str_list parts = { 0 };
	size_t start = 0;

	for (size_t i = 0; i <= text.len;) {
		const char c = i < text.len ? text.data[i] : 0;

		if (i < text.len && c != ',' && c != ' ' && !(colons && c == ':')) {
			i++;
			continue;
		}
		str_list_add(&parts, str_slice(text, start, i - start), arena);
		i++;
		while ((c == ',' || c == ' ') && i < text.len && text.data[i] == ' ') {
			i++;
		}
		start = i;
	}
	return parts;
}

static struct str_list split_at(str text, char separator, bool strips, struct arena *arena)
{
	struct str_list parts = { 0 };
	str part;

	while (str_next_part(&text, separator, &part)) {
		if (part.len) {
			str_list_add(&parts, strips ? str_trim(part) : part, arena);
		}
	}
	return parts;
}

/* The letter that separates paths; 0: none is given, so that the old rule counts. */
static struct error *get_separator(
		const struct reading *reading, bool is_new_alone, char *ret_separator)
{
	static const struct {
		const char *word;
		char separator;
		int since;
	} words[] = { { "space", ' ', 0 }, { "newline", '\n', 13 }, { "os", ':', 0 },
		{ ":", ':', 0 }, { ";", ';', 0 } };

	const int level = reading->request->level;
	const char *name = level >= 16 ? "path_separator" : "version_path_separator";
	str word = { NULL, 0 };
	struct error *error = ini_get(
			&reading->ini, reading->section, str_from(name), reading->arena, &word);

	*ret_separator = 0;
	if (!error && !word.data && level >= 16 && !is_new_alone) {
		name = "version_path_separator";
		error = ini_get(&reading->ini, reading->section, str_from(name), reading->arena,
				&word);
	}
	if (error || !word.data) {
		return error;
	}
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (str_equal(word, str_from(words[i].word)) && level >= words[i].since) {
			*ret_separator = words[i].separator;
			return NULL;
		}
	}
	error = error_alembic(reading->arena, "ValueError",
			"'%.*s' is not a valid value for %s; expected 'space', %s'os', ':', ';'",
			STR_ARG(word), name, level >= 13 ? "'newline', " : "");
	error->where = ini_find_option(&reading->ini, reading->section, str_from(name))->where;
	return error;
}

/* A list of the toml file, which may also be a text: Python then takes it letter by letter. */
static struct error *get_toml_list(
		const struct reading *reading, const char *name, struct str_list *ret_list)
{
	const struct toml_value *value = toml_find(reading->toml, str_from(name));

	*ret_list = (struct str_list){ 0 };
	if (!value) {
		return NULL;
	}
	struct error *error = NULL;
	const struct toml_value *element = value->kind == TOML_LIST ? value->first : NULL;
	bool is_list = value->kind == TOML_LIST;
	str text;

	for (; !error && is_list && element; element = element->next) {
		is_list = element->kind == TOML_TEXT;
		if (is_list) {
			error = fill_toml(reading, element, &text);
			str_list_add(ret_list, text, reading->arena);
		}
	}
	if (!error && !is_list) {
		error = error_new(reading->arena, ERROR_INVALID,
				"'%s' in [tool.alembic] is no list of texts", name);
		error->where = value->where;
	}
	return error;
}

static struct error *get_version_locations(struct reading *reading)
{
	struct settings *settings = reading->settings;
	char separator;
	str text;
	struct error *error = ini_get(&reading->ini, reading->section, STR("version_locations"),
			reading->arena, &text);

	if (error) {
		return error;
	}
	if (!text.len) {
		return get_toml_list(reading, "version_locations", &settings->version_locations);
	}
	error = get_separator(reading, false, &separator);
	if (!error) {
		settings->version_locations = separator
				? split_at(text, separator, reading->request->level >= 13,
						  reading->arena)
				: split_old(text, false, reading->arena);
	}
	return error;
}

static struct error *get_sys_path(struct reading *reading, struct str_list *ret_paths)
{
	char separator = 0;
	str text;
	struct error *error = ini_get(&reading->ini, reading->section, STR("prepend_sys_path"),
			reading->arena, &text);

	if (error) {
		return error;
	}
	if (!text.len) {
		return get_toml_list(reading, "prepend_sys_path", ret_paths);
	}
	if (reading->request->level >= 16) {
		error = get_separator(reading, true, &separator);
	}
	if (!error) {
		*ret_paths = separator ? split_at(text, separator, true, reading->arena)
				       : split_old(text, true, reading->arena);
	}
	return error;
}

/* ---- locations ---- */

static void add_note(struct reading *reading, str note)
{
	str_list_add(&reading->settings->notes, note, reading->arena);
}

/* The script location is read first, and counts. */
static void note_run_folder(struct reading *reading, str location, str folder)
{
	struct settings *settings = reading->settings;

	if (!str_starts_with(location, STR("/")) && !settings->run_folder.len) {
		settings->run_folder = folder;
	}
}

/*
 * A relative path counts from the folder in which Alembic is run: mostly the configuration file's, else one
 * above it.
 */
static str find_relative(struct reading *reading, str location)
{
	const struct files *files = reading->request->files;
	const str folder = reading->settings->folder;
	str above = folder;

	while (above.len > 1) {
		const str path = path_normalise(
				path_join(above, location, reading->arena), reading->arena);

		if (files_has_folder(files, path, reading->arena)) {
			if (!str_equal(above, folder)) {
				add_note(reading,
						str_format(reading->arena,
								"'%.*s' was found as if Alembic ran in '%.*s'",
								STR_ARG(location),
								STR_ARG(files_name(files, above,
										reading->arena))));
			}
			note_run_folder(reading, location, above);
			return path;
		}
		if (files_look(files, path_join(above, STR(".git"), reading->arena), reading->arena)
						.kind != ENTRY_NONE) {
			break; // the repository's root
		}
		above = path_folder(above);
	}
	note_run_folder(reading, location, folder);
	return path_normalise(path_join(folder, location, reading->arena), reading->arena);
}

static struct error *find_location(struct reading *reading, const struct str_list *sys_path,
		str location, str *ret_path)
{
	if (!str_starts_with(location, STR("/")) && str_find_char(location, ':') < location.len) {
		const struct package_search search = {
			.files = reading->request->files,
			.folder = reading->settings->folder,
			.sys_path = sys_path,
			.environment = reading->request->environment,
		};

		note_run_folder(reading, location, reading->settings->folder);
		return package_find(&search, location, reading->arena, ret_path);
	}
	*ret_path = find_relative(reading, location);
	return NULL;
}

static struct error *no_script_location(struct reading *reading)
{
	struct arena *arena = reading->arena;
	const struct settings *settings = reading->settings;
	struct str_list others = { 0 };
	struct error *error;

	if (settings->ini.len && !reading->section && reading->request->level < 16) {
		error = error_alembic(arena, "CommandError",
				"No config file '%.*s' found, or file has no '[%.*s]' section",
				STR_ARG(reading->ini.source->name), STR_ARG(settings->section));
	} else {
		error = error_alembic(arena, "CommandError",
				"No 'script_location' key found in configuration.");
	}
	if (reading->section) {
		error->where = reading->section->where;
	} else if (!settings->ini.len) {
		error->detail = str_format(arena, "'%.*s' has no table [tool.alembic].",
				STR_ARG(files_name(
						reading->request->files, settings->toml, arena)));
	} else {
		error->detail = str_format(arena, "'%.*s' has no section [%.*s].",
				STR_ARG(reading->ini.source->name), STR_ARG(settings->section));
	}
	if (settings->ini.len &&
			!settings_sections(
					reading->request->files, settings->ini, arena, &others) &&
			others.count) {
		error->hint = str_format(arena,
				"Sections that have one: %.*s. Name it with '-n NAME'; 'doctor --all' takes each.",
				STR_ARG(str_list_join(&others, STR(", "), arena)));
	}
	return error;
}

static struct error *get_locations(struct reading *reading)
{
	struct settings *settings = reading->settings;
	const struct files *files = reading->request->files;
	struct str_list sys_path = { 0 };
	str location;
	struct error *error = get_text(reading, "script_location", &location);

	error = error ? error : get_sys_path(reading, &sys_path);
	error = error ? error : get_version_locations(reading);
	if (error) {
		return error;
	}
	for (size_t i = 0; i < sys_path.count; i++) {
		const str path = path_join(settings->folder, sys_path.items[i], reading->arena);

		str_list_add(&settings->search_path, path_normalise(path, reading->arena),
				reading->arena);
	}
	if (location.data) {
		error = find_location(reading, &sys_path, location, &settings->script_location);
		if (!error && !files_has_folder(files, settings->script_location, reading->arena)) {
			error = error_alembic(reading->arena, "CommandError",
					"Path doesn't exist: %.*s.  Please use the 'init' command to create a new scripts folder.",
					STR_ARG(files_name(files, settings->script_location,
							reading->arena)));
		}
	} else if (settings->ini.len &&
			files_has_file(files,
					path_join(settings->folder, STR("env.py"), reading->arena),
					reading->arena)) {
		settings->script_location = settings->folder; // as Flask-Migrate sets it
		settings->is_led = true;
	} else {
		error = no_script_location(reading);
	}
	for (size_t i = 0; !error && i < settings->version_locations.count; i++) {
		error = find_location(reading, &sys_path, settings->version_locations.items[i],
				&settings->version_locations.items[i]);
	}
	return error;
}

/* ---- the whole ---- */

static struct error *read_files(struct reading *reading, str path)
{
	struct settings *settings = reading->settings;
	const struct files *files = reading->request->files;
	struct arena *arena = reading->arena;
	const str beside = path_join(settings->folder, STR("pyproject.toml"), arena);
	const bool is_toml = str_ends_with(path, STR(".toml"));
	struct error *error = NULL;

	if (is_toml) {
		settings->toml = path;
		if (reading->request->level < 16) {
			return error_new(arena, ERROR_INVALID,
					"Alembic 1.%d does not read '%.*s': pyproject.toml counts since 1.16",
					reading->request->level,
					STR_ARG(files_name(files, path, arena)));
		}
		return read_toml(files, path, arena, &reading->toml);
	}
	settings->ini = path;
	error = read_ini(files, path, arena, &reading->ini);
	if (error) {
		return error;
	}
	reading->section = ini_find(&reading->ini, settings->section);
	if (reading->request->level >= 16 && files_has_file(files, beside, arena)) {
		settings->toml = beside; // options that the ini lacks
		return read_toml(files, beside, arena, &reading->toml);
	}
	return NULL;
}

/* A length; 0: it is none. */
static size_t read_length(str text)
{
	size_t length = 0;

	text = str_trim(text);
	for (size_t i = 0; i < text.len && i < 4 && text.data[i] >= '0' && text.data[i] <= '9';
			i++) {
		length = length * 10 + (size_t)(text.data[i] - '0');
	}
	return length;
}

/* What only `alembic revision` and `merge` read: other commands never see what is wrong with it. */
static void get_names_of_new_files(struct reading *reading)
{
	str text;

	if (!get_text(reading, "timezone", &text)) {
		reading->settings->timezone = str_trim(text);
	}
	if (!get_text(reading, "truncate_slug_length", &text)) {
		reading->settings->slug_len = read_length(text);
	}
}

struct error *settings_read(const struct settings_request *request, str path, struct arena *arena,
		struct settings *ret_settings)
{
	*ret_settings = (struct settings){
		.name = files_name(request->files, path, arena),
		.folder = path_folder(path),
		.section = request->section.len ? request->section : STR("alembic"),
		.has_env = true,
	};
	struct reading reading = {
		.request = request,
		.arena = arena,
		.settings = ret_settings,
	};
	struct error *error = read_files(&reading, path);

	error = error ? error : get_locations(&reading);
	error = error ? error : get_boolean(&reading, "sourceless", &ret_settings->sourceless);
	if (!error && request->level >= 10) {
		error = get_boolean(&reading, "recursive_version_locations",
				&ret_settings->recursive_version_locations);
	}
	error = error ? error : get_text(&reading, "file_template", &ret_settings->file_template);
	get_names_of_new_files(&reading);
	if (!error && !ret_settings->file_template.len) {
		ret_settings->file_template = STR(SETTINGS_FILE_TEMPLATE);
	}
	if (!ret_settings->ini.len) {
		ret_settings->section = STR("");
	}
	return error;
}

struct settings settings_of_script_location(
		const struct files *files, str folder, struct arena *arena)
{
	return (struct settings){
		.name = files_name(files, folder, arena),
		.folder = folder,
		.script_location = folder,
		.file_template = STR(SETTINGS_FILE_TEMPLATE),
	};
}
