/*
 * How one cell looks in the text format: what the summary and the matrix say alike.
 */
#include "kit/columns.h"
#include "report/text_internal.h"

#define USUAL_WIDTH 80

size_t text_width(const struct report *report)
{
	return report->width ? report->width : USUAL_WIDTH;
}

void text_add_sentence(
		const struct report *report, size_t indent, str lead, str sentence, struct buf *out)
{
	const size_t width = report->width ? report->width : SIZE_MAX;

	buf_add_repeated(out, ' ', indent);
	buf_add(out, lead);
	wrap_add(out, sentence, width, indent + columns_of(lead), indent + 2);
}

/* Colour is for what a reader has to act on: a failure that is expected is calm, a work that is not is loud. */
enum style text_verdict_style(const struct outcome *outcome)
{
	if (!outcome) {
		return STYLE_ALARM;
	}
	if (outcome->verdict == VERDICT_SKIPPED) {
		return STYLE_FAINT;
	}
	if (!outcome_is_as_expected(outcome)) {
		return STYLE_ALARM;
	}
	return outcome->verdict == VERDICT_WORKS ? STYLE_GOOD : STYLE_PLAIN;
}
