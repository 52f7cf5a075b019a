#include "lab/stage.h"

str error_class(const struct error *error)
{
	if (error->class_name.len) {
		return error->class_name;
	}
	switch (error->code) {
	case ERROR_DATABASE:
		return STR("DatabaseError");
	case ERROR_EXPECTATION:
		return STR("Expectation");
	case ERROR_TIMEOUT:
		return STR("Timeout");
	case ERROR_INVALID:
	case ERROR_NOT_FOUND:
	case ERROR_AMBIGUOUS:
	case ERROR_ALEMBIC:
	case ERROR_ENVIRONMENT:
	case ERROR_CROWDED:
	case ERROR_INTERRUPTED:
		break;
	}
	return STR("ScenarioError");
}

bool error_is_of_cell(const struct error *error)
{
	return error->code != ERROR_ENVIRONMENT && error->code != ERROR_CROWDED &&
			error->code != ERROR_INTERRUPTED;
}
