/*
 * scenario/write.h - values of a scenario file as people write them: plain where YAML takes them so, quoted where it
 * would read something else, several lines as a block. Everything written here is read back as it was by
 * scenario/yaml.h, and by other readers of YAML.
 */
#ifndef SCENARIO_WRITE_H
#define SCENARIO_WRITE_H

#include "kit/str.h"

/* A text on one line. `is_in_flow`: within {} or [], where a comma ends it. */
void write_text(struct buf *out, str text, bool is_in_flow);

/* A list of them: [a, b]; one by itself, or `null` for none, if that is how it was declared. */
void write_texts(struct buf *out, const struct str_list *texts, bool is_list, bool is_in_flow);

/*
 * The value of a key that is indented by `indent`, from behind its colon to the line's end: on that line if it fits
 * there, else as a block.
 */
void write_value(struct buf *out, str text, size_t indent);

/* A comment of whole lines, broken where they get too long. */
void write_comment(struct buf *out, str text, size_t indent);

#endif
