/*
 * `doctor --format text`: for people, tree after tree.
 */
#include "report/faults_format.h"

static void text_render(const struct faults_report *report, struct buf *out)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct faults *faults = &report->items[i];

		if (report->count > 1) {
			const str name = faults->source_name.len ? faults->source_name
								 : faults->source_path;

			buf_format(out, "%s%.*s\n", i ? "\n" : "",
					STR_ARG(str_printable(name, out->arena)));
		}
		faults_render_text(faults, report->colour, report->width, out);
	}
}

const struct faults_format faults_text = {
	.name = "text",
	.render = text_render,
};
