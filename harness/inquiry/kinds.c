#include "inquiry/inquiry.h"

extern const struct inquiry_kind inquiry_upgrade;
extern const struct inquiry_kind inquiry_stairs;
extern const struct inquiry_kind inquiry_rows;
extern const struct inquiry_kind inquiry_releases;
extern const struct inquiry_kind inquiry_orders;
extern const struct inquiry_kind inquiry_deployers;
extern const struct inquiry_kind inquiry_models;

const struct inquiry_kind *const inquiry_kinds[] = {
	&inquiry_stairs, // the longest first
	&inquiry_rows,
	&inquiry_upgrade,
	&inquiry_orders,
	&inquiry_deployers,
	&inquiry_releases,
	&inquiry_models,
	NULL,
};
