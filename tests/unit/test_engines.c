#include "check.h"
#include "engines/engines.h"

Test(engines, are_found_by_their_names_in_scenario_files)
{
	cr_expect(eq(str, (char *)engine_find(STR("sqlite"))->name, "sqlite"));
	cr_expect(eq(str, (char *)engine_find(STR("postgres"))->name, "postgres"));
	cr_expect(eq(ptr, (void *)engine_find(STR("oracle")), NULL));
}
