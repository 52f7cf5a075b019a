/*
 * kit/locale.h - names of locales, as systems write them: "de_DE.UTF-8", "de_DE@euro".
 */
#ifndef KIT_LOCALE_H
#define KIT_LOCALE_H

#include "kit/str.h"

/* Whether a locale's encoding, what follows its dot, is UTF-8: "UTF-8", "utf8". */
bool locale_encoding_is_utf8(str encoding);

/* "de_DE.utf8" as ICU calls it, whose names have no encoding: "de-DE". */
str locale_icu_name(str locale, struct arena *arena);

#endif
