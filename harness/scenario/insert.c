#include "scenario/insert.h"

#define USUAL_STEP STR("  ")

/* Whether a line is a key of the outermost level, with nothing but a comment behind it. */
static bool is_key_alone(str line, str key)
{
	if (!str_starts_with(line, key) || line.len <= key.len || line.data[key.len] != ':') {
		return false;
	}
	const str rest = str_trim(str_slice(line, key.len + 1, line.len));

	return !rest.len || rest.data[0] == '#';
}

/* The blanks that the next line with anything on it begins with. */
static str indentation_of(str text)
{
	str line;

	while (str_next_part(&text, '\n', &line)) {
		const str trimmed = str_trim(line);
		size_t blanks = 0;

		if (!trimmed.len || trimmed.data[0] == '#') {
			continue;
		}
		while (blanks < line.len && line.data[blanks] == ' ') {
			blanks++;
		}
		return str_slice(line, 0, blanks);
	}
	return (str){ 0 };
}

/* One strategy's steps, which stood at the outermost level, become those of `replay`. */
static bool is_outermost(str line)
{
	return line.len && line.data[0] != ' ' && line.data[0] != '#' && line.data[0] != '-';
}

/* The blanks of a level of what `rest` begins with. */
static str step_of(str rest)
{
	const str step = indentation_of(rest);

	return step.len ? step : USUAL_STEP;
}

void scenario_insert(str text, const struct scenario_addition *addition, struct buf *out)
{
	bool has_strategies = false, has_outcomes = false, is_in_steps = false;
	str rest = text, line;

	while (str_next_part(&rest, '\n', &line)) {
		if (!rest.data && !line.len) {
			break; // behind the last end of a line
		}
		is_in_steps &= !is_outermost(line);
		if (is_key_alone(line, STR("steps"))) {
			buf_add(out, STR("strategies:\n"));
			addition->add_strategies(addition->data, USUAL_STEP, out);
			buf_add(out, STR("  replay:\n"));
			is_in_steps = has_strategies = true;
		}
		if (is_in_steps && line.len) {
			buf_add(out, STR("    "));
		}
		buf_add(out, line);
		buf_add_char(out, '\n');
		if (is_key_alone(line, STR("strategies"))) {
			has_strategies = true;
			addition->add_strategies(addition->data, step_of(rest), out);
		} else if (is_key_alone(line, STR("outcomes"))) {
			has_outcomes = true;
			addition->add_outcomes(addition->data, step_of(rest), out);
		}
	}
	if (!has_strategies) {
		buf_add(out, STR("strategies:\n"));
		addition->add_strategies(addition->data, USUAL_STEP, out);
	}
	if (!has_outcomes && addition->needs_outcomes) {
		buf_add(out, STR("outcomes:\n"));
		addition->add_outcomes(addition->data, USUAL_STEP, out);
	}
}
