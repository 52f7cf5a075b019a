#include "inquiry/inquiry.h"

extern const struct inquiry_kind inquiry_upgrade;
extern const struct inquiry_kind inquiry_stairs;

const struct inquiry_kind *const inquiry_kinds[] = {
	&inquiry_upgrade,
	&inquiry_stairs,
	NULL,
};
