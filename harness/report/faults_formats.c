/*
 * All formats of what the doctor found.
 */
#include "report/faults_format.h"

extern const struct faults_format faults_text;
extern const struct faults_format faults_json;
extern const struct faults_format faults_github;
extern const struct faults_format faults_sarif;

static const struct faults_format *const formats[] = {
	&faults_text,
	&faults_json,
	&faults_github,
	&faults_sarif,
};

const char *const faults_format_names[] = { "text", "json", "github", "sarif", NULL };

const struct faults_format *faults_format_find(str name)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		if (str_equal(str_from(formats[i]->name), name)) {
			return formats[i];
		}
	}
	return NULL;
}
