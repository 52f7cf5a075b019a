/*
 * Any bytes as a baseline of an audit, and behind the first NUL as the words of a finding: it is refused, with words, or the
 * finding is known if its line stands there, and what is gone are lines of the file. What is written for that
 * finding knows it, whatever its words are.
 */
#include "audit/audit.h"
#include "kit/arena.h"
#include "kit/source.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds, const char *claim)
{
	if (!holds) {
		fprintf(stderr, "does not hold: %s\n", claim);
		abort();
	}
}

/* An audit in which all was asked, with a finding whose words are all of the fuzzer's. */
static struct audit make_audit(str words, struct arena *arena)
{
	struct audit audit = { 0 };
	struct audit_finding *finding = LIST_PUSH(&audit.findings, arena);

	finding->question = AUDIT_ROWS;
	(void)str_next_part(&words, '\0', &finding->revision);
	(void)str_next_part(&words, '\0', &finding->error);
	finding->message = words;
	return audit;
}

static void check_gone(const struct audit *audit, str text)
{
	for (size_t i = 0; i < audit->gone.count; i++) {
		const str line = audit->gone.items[i];

		expect(line.len && str_find(text, line) < text.len,
				"what is gone stood in the file");
	}
}

static void check_own(str words, struct arena *arena)
{
	struct audit audit = make_audit(words, arena);
	struct buf text = { .arena = arena };

	audit_write_baseline(&audit, &text);
	const struct source source = { .name = STR("own"), .text = buf_str(&text) };

	expect(!audit_check_baseline(&source, arena), "what is written is a baseline");
	audit_compare(&audit, &source, arena);
	expect(audit.findings.items[0].is_known, "what is written knows the finding");
	expect(!audit.gone.count, "nothing of it is gone");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	str words = { (const char *)data, size }, text;
	struct arena arena;

	arena_init(&arena, NULL, NULL);
	(void)str_next_part(&words, '\0', &text);
	const struct source source = { .name = STR("baseline.txt"), .text = text };
	const struct error *error = audit_check_baseline(&source, &arena);

	if (error) {
		expect(error->message.len && error->hint.len, "it is refused with words");
	} else {
		struct audit audit = make_audit(words, &arena);

		audit_compare(&audit, &source, &arena);
		check_gone(&audit, text);
	}
	check_own(words, &arena);
	arena_finish(&arena);
	return 0;
}
