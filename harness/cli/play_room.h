/*
 * cli/play_room.h - the room of `rehearse play`: a database that steps are played on by hand, and the words that can be
 * typed there beside steps. A new word is a row of the table in play_words.c.
 */
#ifndef CLI_PLAY_ROOM_H
#define CLI_PLAY_ROOM_H

#include "cli/cli_internal.h"
#include "cli/database_source.h"
#include "cli/prompt.h"
#include "cli/tree_source.h"
#include "cli/typed_step.h"
#include "replay/rehearsal.h"
#include "story/story.h"

struct room {
	struct invocation *invocation;
	struct arena *arena; /* of the stage */
	const struct tree_source *tree;
	const struct database_source *database; /* NULL: a state of the scenario is played on */
	struct scenario scenario; /* a copy of the user's, with the strategy that is being played */
	struct rehearsal rehearsal;
	struct str_list texts; /* of the steps that were played, as scenario files have them */
	struct story_style style;
	struct prompt prompt;
	int64_t timeout_us; /* for one command */

	bool is_over;               /* somebody wants to leave */
	bool is_interrupted;        /* a script, whose lines nobody types */
	bool has_mistakes, differs; /* something could not be read; something failed, or is wrong */
};

/* A word that is no step. */
struct play_word {
	const char *name, *arguments, *help;
	/* Do what it says, and print that. An error is printed by the caller. */
	MUST_USE struct error *(*run)(struct room *room, const struct typed_line *line);
};

/* Do what the line says: a step, or one of the words. */
void room_obey(struct room *room, const struct typed_line *line);

/* The words that may be typed, for help. */
void play_words_add_help(struct buf *out);

/* What the Tab key offers; `data` is the room. */
void play_words_offer(void *data, str before, str word, struct arena *arena,
		struct str_list *offers);

/* `save NAME FILE`: the steps that were played, as a strategy of a new file. */
MUST_USE struct error *play_save(struct room *room, const struct typed_line *line);

#endif
