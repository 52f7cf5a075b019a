/*
 * `doctor --format json`: one object, or one with all of them.
 */
#include "report/faults_format.h"

static void json_render(const struct faults_report *report, struct buf *out)
{
	if (report->is_all) {
		faults_render_json_all(report->items, report->count, out);
	} else {
		faults_render_json(&report->items[0], out);
	}
}

const struct faults_format faults_json = {
	.name = "json",
	.has_notes = true,
	.has_patches = true,
	.render = json_render,
};
