/*
 * lab/sessions.h - the sessions of a state: others who have its database open while steps run, with what
 * they left open in it, and never do anything again.
 */
#ifndef LAB_SESSIONS_H
#define LAB_SESSIONS_H

#include "lab/stage.h"

/*
 * Open those that the state has on the stage's engine, and run their SQL, in turn. An error has a place; some may
 * be open then.
 */
MUST_USE struct error *sessions_open(struct stage *stage, const struct scenario_state *state);

/* Close them; what they have open is rolled back. One that has ended before is fine. */
void sessions_close(struct stage *stage);

#endif
