#include "doctor/doctor_internal.h"

#include "kit/file.h"

static bool is_separator(char c)
{
	return c == '_' || c == '-' || c == '.' || c == ' ';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct numbered_name numbered_name_parse(str name)
{
	const size_t most_digits = 6; // longer ones are dates or parts of random ids
	struct numbered_name parsed = { 0 };
	size_t at = 0;

	if (name.len > 1 && (name.data[0] == 'r' || name.data[0] == 'v') &&
			is_digit(name.data[1])) {
		at = 1;
	}
	const size_t first = at;

	while (at < name.len && is_digit(name.data[at]) && at - first < most_digits) {
		parsed.number = parsed.number * 10 + (uint32_t)(name.data[at++] - '0');
	}
	if (at == first) {
		return (struct numbered_name){ 0 };
	}
	parsed.digits = (uint32_t)(at - first);
	if (at < name.len &&
			((name.data[at] >= 'a' && name.data[at] <= 'z') ||
					(name.data[at] >= 'A' && name.data[at] <= 'Z'))) {
		parsed.variant = name.data[at++];
	}
	if (at < name.len && !is_separator(name.data[at])) {
		return (struct numbered_name){ 0 };
	}
	while (at < name.len && is_separator(name.data[at])) {
		at++;
	}
	parsed.rest = str_slice(name, at, name.len);
	parsed.is_numbered = true;
	return parsed;
}

struct numbered_name numbered_name_of(const struct revision_spec *spec)
{
	const struct numbered_name by_file = numbered_name_parse(path_stem(spec->file));

	return by_file.is_numbered ? by_file : numbered_name_parse(spec->revision);
}
