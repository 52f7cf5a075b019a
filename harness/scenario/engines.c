#include "scenario/scenario.h"

#define ENGINE_NAME(value, name) [SCENARIO_##value] = (name),

const char *const scenario_engine_names[SCENARIO_ENGINE_COUNT + 1] = {
	SCENARIO_ENGINES(ENGINE_NAME)
};
