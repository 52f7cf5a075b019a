#include "replay/step_kind.h"

extern const struct step_kind_row step_upgrade;
extern const struct step_kind_row step_downgrade;
extern const struct step_kind_row step_stamp;
extern const struct step_kind_row step_sql;
extern const struct step_kind_row step_load;
extern const struct step_kind_row step_merge;
extern const struct step_kind_row step_edit;
extern const struct step_kind_row step_version;
extern const struct step_kind_row step_check;
extern const struct step_kind_row step_show;
extern const struct step_kind_row step_backup;
extern const struct step_kind_row step_restore;
extern const struct step_kind_row step_program;

static const struct step_kind_row *const rows[STEP_KIND_COUNT] = {
	[STEP_UPGRADE] = &step_upgrade,
	[STEP_DOWNGRADE] = &step_downgrade,
	[STEP_STAMP] = &step_stamp,
	[STEP_SQL] = &step_sql,
	[STEP_LOAD] = &step_load,
	[STEP_MERGE] = &step_merge,
	[STEP_EDIT] = &step_edit,
	[STEP_VERSION] = &step_version,
	[STEP_CHECK] = &step_check,
	[STEP_SHOW] = &step_show,
	[STEP_BACKUP] = &step_backup,
	[STEP_RESTORE] = &step_restore,
	[STEP_RUN] = &step_program,
};

const struct step_kind_row *step_kind_get(enum step_kind kind)
{
	return rows[kind];
}

str step_words(const struct step *step, struct arena *arena)
{
	const struct step_kind_row *row = rows[step->kind];

	return row->words ? str_from(row->words) : row->describe(step, arena);
}
