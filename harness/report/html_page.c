/*
 * The frame of a page of HTML.
 */
#include "report/html_page.h"

#include "kit/markup.h"
#include "report/page_texts.h"

static const struct {
	const char *class_name, *sign;
} moods[] = {
	[HTML_GREEN] = { "green", "✓ " },
	[HTML_RED] = { "red", "✗ " },
	[HTML_NEWS] = { "news", "" },
};

/* The policy keeps what the page promises: it asks for nothing from elsewhere. */
void html_page_begin(const char *title, enum html_mood mood, struct buf *out)
{
	buf_format(out, "<!DOCTYPE html>\n<html lang=\"en\" class=\"%s\">\n<head>\n", moods[mood].class_name);
	buf_add(out,
			STR("<meta charset=\"utf-8\">\n"
			    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
			    "<meta name=\"color-scheme\" content=\"light dark\">\n"
			    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
			    "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; "
			    "form-action 'none'\">\n"));
	buf_format(out, "<title>%s%s</title>\n<style>\n", moods[mood].sign, title);
	buf_add(out, str_from(page_style));
	buf_add(out, STR("</style>\n</head>\n<body>\n"));
}

void html_page_end(const char *program_version, struct buf *out)
{
	buf_add(out, STR("</main>\n<footer><p>Rehearse "));
	markup_add(out, str_from(program_version));
	buf_add(out, STR("</p></footer>\n</body>\n</html>\n"));
}

void html_add_difference(str lines, struct buf *out)
{
	str line;

	buf_add(out, STR("<pre tabindex=\"0\">"));
	while (str_next_part(&lines, '\n', &line)) {
		const bool is_lost = str_starts_with(line, STR("-"));
		const bool is_new = str_starts_with(line, STR("+"));

		buf_add(out, is_lost ? STR("<span class=\"minus\">") : is_new ? STR("<span class=\"plus\">")
									      : STR("<span>"));
		markup_add(out, line);
		buf_add(out, STR("\n</span>"));
	}
	buf_add(out, STR("</pre>\n"));
}
