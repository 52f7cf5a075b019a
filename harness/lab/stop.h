/*
 * lab/stop.h - an observer that ends what it watches before a statement of a given number, or counts them.
 */
#ifndef LAB_STOP_H
#define LAB_STOP_H

#include "lab/observer.h"

struct stop {
	size_t at; /* before this statement, from 1; 0: never, count only */
	/*
	 * As if the process was killed there: nothing more is sent, and the server rolls back what is open.
	 * Else an exception is raised there, and Alembic and the driver do what they do on the way out.
	 */
	bool kills;
	size_t seen;               /* statements that were sent so far */
	const struct error *error; /* that ended it, of class "Stopped"; NULL: it has not come so far */
};

/* `stop` must outlive the watching. */
struct observer stop_observer(struct stop *stop);

#endif
