/* What the tests of the room share, and those of what it writes: templates and the JSON Schema. */
#include "leaks.h"
#include "scenario/json_schema.h"
#include "scenario/template.h"
#include "scenario/template_texts.h"
#include "scenario_fixture.h"

struct arena arena;
struct error_list mistakes;
const struct scenario *scenario;

void setup(void)
{
	arena = (struct arena){ 0 };
	mistakes = (struct error_list){ 0 };
	scenario = NULL;
}

void teardown(void)
{
	scenario_unload(scenario);
	arena_finish(&arena);
	check_leaks();
}

str render_mistakes(void)
{
	struct buf out = { .arena = &arena };

	for (size_t i = 0; i < mistakes.count; i++) {
		const struct error *error = mistakes.items[i];
		const struct place place = span_place(error->where);

		buf_format(&out, "%zu:%zu %.*s", place.line, place.column, STR_ARG(error->message));
		if (error->hint.len) {
			buf_format(&out, " [%.*s]", STR_ARG(error->hint));
		}
		buf_add_char(&out, '\n');
	}
	return buf_str(&out);
}

const struct scenario *read_fine(const char *text)
{
	scenario = scenario_parse(STR("folder/sample.yaml"), str_from(text), NULL, &arena, &mistakes);
	expect_str(render_mistakes(), "");
	cr_assert(ne(ptr, (void *)scenario, NULL));
	return scenario;
}

str read_bad(const char *text)
{
	scenario = scenario_parse(STR("sample.yaml"), str_from(text), NULL, &arena, &mistakes);
	cr_expect(eq(ptr, (void *)scenario, NULL));
	return render_mistakes();
}

str place_in(const struct located_text *text, size_t offset)
{
	const struct place place = span_place(located_text_span(text, offset, 1));

	return str_format(&arena, "%zu:%zu", place.line, place.column);
}

str place_of(const struct located_text *text, const char *word)
{
	const size_t at = str_find(text->text, str_from(word));

	cr_assert(lt(sz, at, text->text.len));
	return place_in(text, at);
}

TestSuite(written, .init = setup, .fini = teardown);

Test(written, every_template_is_a_scenario_with_a_lesson)
{
	for (size_t i = 0; i < template_count; i++) {
		struct scenario_cells cells = { 0 };

		read_fine(templates[i].text);
		scenario_add_cells(scenario, &arena, &cells);
		cr_expect(gt(sz, cells.count, 0), "%s", templates[i].name);
		cr_expect(gt(sz, scenario->lesson.len, 0), "%s", templates[i].name);
		scenario_unload(scenario);
	}
	scenario = NULL;
}

Test(written, templates_are_found_by_name)
{
	str nearest = STR("");

	cr_expect(eq(ptr, (void *)template_find(STR("two-heads"), &arena, &nearest)->text,
			(void *)template_two_heads));
	cr_expect(eq(ptr, (void *)template_find(STR("two-head"), &arena, &nearest), NULL));
	expect_str(nearest, "two-heads");
	cr_expect(eq(ptr, (void *)template_find(STR("something else"), &arena, &nearest), NULL));
	expect_str(nearest, "");
}

Test(written, the_json_schema_has_every_definition_that_it_refers_to)
{
	const str schema = scenario_json_schema(&arena);
	str rest = schema;
	size_t found = 0;

	for (;;) {
		const str mark = STR("\"#/definitions/");
		const size_t at = str_find(rest, mark);

		if (at == rest.len) {
			break;
		}
		rest = str_slice(rest, at + mark.len, rest.len);
		const str name = str_slice(rest, 0, str_find_char(rest, '"'));
		const str definition = str_format(&arena, "\n    \"%.*s\": {", STR_ARG(name));

		cr_expect(lt(sz, str_find(schema, definition), schema.len), "%.*s", STR_ARG(name));
		found++;
	}
	cr_expect(gt(sz, found, 50));
	cr_expect(lt(sz, str_find(schema, STR("\"additionalProperties\": false")), schema.len));
}
