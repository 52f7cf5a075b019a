/*
 * What people and Alembic take a word for.
 */
#include "doctor/doctor_internal.h"

bool is_word_of_alembic(str id)
{
	return str_equal(id, STR("head")) || str_equal(id, STR("heads")) ||
			str_equal(id, STR("base")) || str_equal(id, STR("current"));
}

/* Nobody shortens a word to its first letter; "2" for "2_users" is another matter. */
bool is_likely_part(str part, str whole)
{
	const char next = whole.data[part.len];

	return part.len > 1 || next == '_' || next == '-' || next == ' ' || next == '.';
}
