/*
 * Where a database is, as a URL.
 */
#include "export/export.h"

static void add_encoded(str text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.data[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
				c == '-' || c == '_' || c == '.' || c == '~') {
			buf_add_char(out, (char)c);
		} else {
			buf_format(out, "%%%02X", c);
		}
	}
}

static bool is_socket(const struct database_address *address)
{
	return str_starts_with(address->host, STR("/"));
}

str export_url(const struct database_address *address, struct arena *arena)
{
	struct buf out = { .arena = arena };

	if (address->path.len) {
		buf_format(&out, "sqlite:///%.*s", STR_ARG(address->path));
		return buf_str(&out);
	}
	buf_add(&out, STR("postgresql://"));
	add_encoded(address->user, &out);
	if (address->password.len) {
		buf_add_char(&out, ':');
		add_encoded(address->password, &out);
	}
	buf_add_char(&out, '@');
	if (!is_socket(address)) {
		buf_format(&out, "%.*s:%.*s", STR_ARG(address->host), STR_ARG(address->port));
	}
	buf_add_char(&out, '/');
	add_encoded(address->name, &out);
	if (is_socket(address)) {
		buf_add(&out, STR("?host="));
		add_encoded(address->host, &out);
		buf_format(&out, "&port=%.*s", STR_ARG(address->port));
	}
	return buf_str(&out);
}
