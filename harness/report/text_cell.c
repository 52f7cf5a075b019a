/*
 * How one cell looks in the text format: what the summary and the matrix say alike.
 */
#include "report/text_internal.h"

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
