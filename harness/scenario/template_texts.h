/*
 * scenario/template_texts.h - the files of scenario/templates/, put into the program as they stand when it
 * is built (harness/embed.sh). One line a file.
 */
#ifndef SCENARIO_TEMPLATE_TEXTS_H
#define SCENARIO_TEMPLATE_TEXTS_H

extern const char template_branches[];
extern const char template_data[];
extern const char template_downgrade[];
extern const char template_duplicate_id[];
extern const char template_empty[];
extern const char template_engines[];
extern const char template_half_done_upgrade[];
extern const char template_lying_version[];
extern const char template_missing_parent[];
extern const char template_no_version_row[];
extern const char template_two_heads[];
extern const char template_unknown_revision[];

#endif
