/*
 * How one cell looks in the text format: what the summary and the matrix say alike.
 */
#include "report/text_internal.h"

enum style text_verdict_style(const struct outcome *outcome)
{
	static const enum style styles[] = {
		[VERDICT_WORKS] = STYLE_GOOD,
		[VERDICT_FAILS] = STYLE_BAD,
		[VERDICT_WRONG] = STYLE_ODD,
		[VERDICT_SKIPPED] = STYLE_FAINT,
	};

	return outcome ? styles[outcome->verdict] : STYLE_FAINT;
}
