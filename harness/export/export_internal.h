/*
 * export/export_internal.h - what the files that write a project share: values as Python's source has them.
 */
#ifndef EXPORT_EXPORT_INTERNAL_H
#define EXPORT_EXPORT_INTERNAL_H

#include "export/export.h"

/* A literal of a text, over several lines if it has several. */
void python_add_text(str text, struct buf *out);

/* None, a text, or a tuple of texts. */
void python_add_texts(const struct str_list *texts, bool is_list, struct buf *out);

/* A literal with which SQLAlchemy's text() is this SQL, nothing in it being a parameter. */
void python_add_sql(str sql, struct buf *out);

/* Whether a text can stand in a docstring as it is. */
bool python_is_plain(str text);

/* The text of a revision file. */
str revision_text(const struct export_wish *wish, const struct scenario_revision *revision,
		struct arena *arena);

/* The texts of alembic.ini, env.py and script.py.mako. */
str configuration_ini(const struct export_wish *wish, struct arena *arena);
str configuration_env(const struct export_wish *wish, struct arena *arena);
str configuration_template(void);

#endif
