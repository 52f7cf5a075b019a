/*
 * COPY ... FROM stdin: the data of a dump goes to the server part by part, as fast as it takes it.
 */
#include "postgres/dump.h"

#include "kit/wait.h"

/* Wait until all that was put has gone out. False: the time is up, or the connection is gone. */
static bool flush(struct connection *connection, bool *ret_is_late)
{
	const struct patience patience = { .until_us = connection->deadline_us };
	int left;

	while ((left = PQflush(connection->link)) > 0) {
		switch (wait_to_move(PQsocket(connection->link), &patience)) {
		case WAIT_READY:
			if (!PQconsumeInput(connection->link)) {
				return false;
			}
			break;
		case WAIT_TIMEOUT:
			*ret_is_late = true;
			return false;
		case WAIT_STOPPED:
		case WAIT_FAILED:
			return false;
		}
	}
	return left == 0;
}

static struct error *put_data(
		struct connection *connection, struct script *script, bool *ret_is_late)
{
	struct error *error;
	str part;
	bool is_going = true;

	do {
		error = script_data(script, &part);
		if (!error && part.len &&
				is_going) { // what the server refused is read on all the same
			is_going = PQputCopyData(connection->link, part.data, (int)part.len) > 0 &&
					flush(connection, ret_is_late);
		}
	} while (!error && part.len && !*ret_is_late);
	return error;
}

struct error *postgres_copy_in(struct connection *connection, str statement, struct script *script,
		struct arena *arena, size_t *ret_error_offset)
{
	bool is_late = false;
	struct error *error = postgres_start_copy(connection, statement, arena, ret_error_offset);

	if (error) {
		return error;
	}
	PQsetnonblocking(connection->link, 1);
	error = put_data(connection, script, &is_late);
	if (is_late) { // the session ends when it is disconnected
		postgres_cancel(connection->link);
		return error_new(arena, ERROR_TIMEOUT,
				"the statement was cancelled when the time was up");
	}
	PQputCopyEnd(connection->link, error ? "the data cannot be read" : NULL);
	(void)flush(connection, &is_late);
	PQsetnonblocking(connection->link, 0);
	struct error *end = postgres_end_copy(connection, arena);

	return error ? error : end;
}
