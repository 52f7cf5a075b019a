#include "helper/cell.h"

#include "helper/checkout.h"
#include "helper/edited_tree.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/json.h"

#include <string.h>

/* What the opening of a child may take, whatever time there is for the rest. */
#define OPEN_US 30000000

/* --- its end ----------------------------------------------------------------------------------- */

/* End the child; whatever it is asked from now on fails with `error`. */
static void end_with(struct cell *cell, const struct error *error, str *ret_end)
{
	if (cell->pid) {
		helper_end(cell->helper, cell->pid, &cell->channel, cell->arena, ret_end);
		cell->pid = 0;
	}
	cell->transaction = TRANSACTION_NONE;
	if (!cell->end) {
		struct error *kept = arena_new(cell->arena, struct error);

		*kept = *error;
		cell->end = kept;
	}
}

void cell_close(struct cell *cell)
{
	if (cell && cell->pid) {
		helper_end(cell->helper, cell->pid, &cell->channel, cell->arena, NULL);
		cell->pid = 0;
	}
}

static struct error *copy_of(const struct error *error, struct arena *arena)
{
	struct error *copy = arena_new(arena, struct error);

	*copy = *error;
	return copy;
}

/* It cannot be spoken to: out of time, or gone. */
static struct error *lose(struct cell *cell, struct error *error, struct arena *arena)
{
	str end = { 0 };

	if (error->code == ERROR_TIMEOUT) {
		error->class_name = STR("Timeout");
	}
	end_with(cell, error, &end);
	if (error->code == ERROR_NOT_FOUND) { // a crash of theirs, or an exit
		error = error_alembic(arena, "Crashed", "Python ended with %.*s", STR_ARG(end));
		cell->end = copy_of(error, cell->arena);
	}
	return error;
}

/* --- messages ---------------------------------------------------------------------------------- */

static struct patience patience_of(const struct cell *cell)
{
	return (struct patience){
		.until_us = cell->deadline_us,
		.is_called_off = cell->helper->is_called_off,
	};
}

static struct error *send(struct cell *cell, str line, struct arena *arena)
{
	const struct patience patience = patience_of(cell);

	return channel_send(&cell->channel, line, -1, &patience, arena);
}

static void take_transaction(struct cell *cell, const json_t *message)
{
	const char *state = json_string_value(json_object_get(message, "transaction"));

	if (state) {
		cell->transaction = strcmp(state, "open") == 0 ? TRANSACTION_OPEN
				: strcmp(state, "failed") == 0 ? TRANSACTION_FAILED
							       : TRANSACTION_NONE;
	}
}

static void take_notices(struct cell *cell, const json_t *message, struct arena *arena)
{
	const json_t *notices = json_object_get(message, "notices");

	for (size_t i = 0; cell->take_notice && i < json_array_size(notices); i++) {
		const json_t *notice = json_array_get(notices, i);
		const char *severity = json_string_value(json_array_get(notice, 0));
		const char *text = json_string_value(json_array_get(notice, 1));

		cell->take_notice(cell->notice_data, str_from(severity),
				str_copy(str_from(text), arena));
	}
}

/* --- events ------------------------------------------------------------------------------------ */

/* A request that is under way. */
struct request {
	struct cell *cell;
	const struct python_follower *follower; /* NULL: nobody */
	struct arena *arena;
	struct python_statement statement; /* the last one that was sent */
	bool is_open;                      /* it has not ended */
	struct error *ended_by;            /* what a follower ended it with; NULL: it goes on */
};

static struct error *let_go_on(struct request *request)
{
	return send(request->cell, STR("{\"say\": \"go\"}\n"), request->arena);
}

/* A follower wants it to end here. */
static struct error *let_end(struct request *request, struct error *error, bool kills)
{
	struct buf line = { .arena = request->arena };
	struct json_writer json = { .out = &line, .is_ascii = true };

	request->ended_by = error;
	if (kills) {
		end_with(request->cell, error, NULL);
		return error;
	}
	json_open_object(&json, NULL);
	json_add_text(&json, "say", STR("raise"));
	json_add_text(&json, "class",
			error->class_name.len ? error->class_name : STR("Stopped"));
	json_add_text(&json, "message", error->message);
	json_close_object(&json);
	buf_add_char(&line, '\n');
	return send(request->cell, buf_str(&line), request->arena);
}

/* What followers say to an event. */
static struct error *answer_event(struct request *request, struct error *said, bool kills)
{
	return said && !request->ended_by ? let_end(request, said, kills) : let_go_on(request);
}

static struct error *see_statement(struct request *request, const json_t *event)
{
	const struct python_follower *follower = request->follower;
	struct arena *arena = request->arena;
	bool kills = false;

	request->statement = (struct python_statement){
		.text = object_text(event, "sql", arena),
		.parameters = object_text(event, "parameters", arena),
		.where = cell_place(request->cell, object_text(event, "file", arena),
				object_integer(event, "line"), 0),
	};
	if (object_integer(event, "many") > 1) {
		request->statement.parameters = str_format(arena, "%.*s, %d rows",
				STR_ARG(request->statement.parameters),
				(int)object_integer(event, "many"));
	}
	request->is_open = true;
	struct error *said = follower ? follower->before(follower->data, request->cell->connection,
							&request->statement, &kills)
				      : NULL;
	return answer_event(request, said, kills);
}

static struct error *see_statement_done(struct request *request, const json_t *event)
{
	const struct python_follower *follower = request->follower;
	const json_t *raised = json_object_get(event, "error");
	bool kills = false;

	request->is_open = false;
	if (!follower) {
		return let_go_on(request);
	}
	take_notices(request->cell, event, request->arena);
	struct error *error = json_is_object(raised)
			? cell_error(request->cell, raised, request->arena, NULL)
			: NULL;
	struct error *said = follower->after(follower->data, request->cell->connection,
			&request->statement, error, &kills);

	return answer_event(request, said == error ? NULL : said, kills);
}

static struct error *see_transaction(struct request *request, const json_t *event)
{
	const str end = object_text(event, "end", request->arena);

	if (request->follower) {
		request->follower->ended(
				request->follower->data, str_equal(end, STR("commit")));
	}
	return let_go_on(request);
}

static void take_texts(const json_t *texts, struct str_list *list, struct arena *arena)
{
	for (size_t i = 0; i < json_array_size(texts); i++) {
		str_list_add(list, str_copy(str_from(json_string_value(json_array_get(texts, i))), arena),
				arena);
	}
}

static struct error *see_plan(struct request *request, const json_t *event)
{
	const struct python_follower *follower = request->follower;
	const json_t *steps = json_object_get(event, "steps");
	struct arena *arena = request->arena;
	struct python_steps planned = { 0 };

	for (size_t i = 0; i < json_array_size(steps); i++) {
		const json_t *told = json_array_get(steps, i);
		struct python_step *step = LIST_PUSH(&planned, arena);

		*step = (struct python_step){
			.revision = object_text(told, "revision", arena),
			.is_upgrade = str_equal(object_text(told, "direction", arena),
					STR("upgrade")),
		};
		take_texts(json_object_get(told, "from"), &step->from, arena);
		take_texts(json_object_get(told, "to"), &step->to, arena);
	}
	return answer_event(request,
			follower ? follower->planned(follower->data, &planned) : NULL, false);
}

static struct error *see_revision(struct request *request, const json_t *event)
{
	const struct python_follower *follower = request->follower;
	const json_t *raised = json_object_get(event, "error");
	bool kills = false;

	if (!follower) {
		return let_go_on(request);
	}
	struct error *error = json_is_object(raised)
			? cell_error(request->cell, raised, request->arena, NULL)
			: NULL;
	struct error *said = follower->at_step(follower->data, request->cell->connection,
			object_text(event, "revision", request->arena),
			json_is_true(json_object_get(event, "is_after")), error, &kills);

	return answer_event(request, said == error ? NULL : said, kills);
}

/* Others are of no interest here. */
static const struct {
	const char *name;
	struct error *(*see)(struct request *request, const json_t *event);
} events[] = {
	{ "statement", see_statement },
	{ "statement_done", see_statement_done },
	{ "transaction", see_transaction },
	{ "plan", see_plan },
	{ "revision", see_revision },
};

static struct error *see(struct request *request, const json_t *event)
{
	const str name = object_text(event, "event", request->arena);

	for (size_t i = 0; i < COUNT_OF(events); i++) {
		if (str_equal(name, str_from(events[i].name))) {
			return events[i].see(request, event);
		}
	}
	return let_go_on(request);
}

/* --- asking ------------------------------------------------------------------------------------ */

static void note(struct request *request, str text)
{
	if (request->follower) {
		request->follower->note(request->follower->data, text);
	}
}

/* What an answer tells beside what was asked. */
static void take_remarks(struct request *request, const json_t *answer)
{
	struct arena *arena = request->arena;
	const json_t *stubs = json_object_get(answer, "stubs_used");
	const json_t *refused = json_object_get(answer, "refused");
	struct str_list names = { 0 };

	for (size_t i = 0; i < json_array_size(stubs); i++) {
		str_list_add(&names, str_copy(str_from(json_string_value(json_array_get(stubs, i))), arena),
				arena);
	}
	for (size_t i = 0; request->follower && i < names.count; i++) {
		request->follower->stub(request->follower->data, names.items[i]);
	}
	if (names.count) {
		str_list_sort(&names);
		note(request, str_format(arena, "stubs stood in for %.*s",
					      STR_ARG(str_list_join(&names, STR(", "), arena))));
	}
	for (size_t i = 0; i < json_array_size(refused); i++) {
		const json_t *one = json_array_get(refused, i);

		note(request, str_format(arena, "Python was refused a %.*s: %.*s",
					      STR_ARG(object_text(one, "what", arena)),
					      STR_ARG(object_text(one, "named", arena))));
	}
}

/* The answer: what was asked for, or why not. */
static struct error *take_answer(
		struct request *request, const json_t *answer, size_t *ret_error_offset)
{
	struct cell *cell = request->cell;
	const json_t *raised = json_object_get(answer, "error");

	take_notices(cell, answer, request->arena);
	take_remarks(request, answer);
	if (json_object_get(answer, "done")) {
		return request->ended_by; // their code may have swallowed it
	}
	struct error *error = cell_error(cell, raised, request->arena, ret_error_offset);

	return request->ended_by ? request->ended_by : error;
}

struct error *cell_ask(struct cell *cell, str line, const struct python_follower *follower,
		struct arena *arena, json_t **ret_answer, size_t *ret_error_offset)
{
	struct request request = { .cell = cell, .follower = follower, .arena = arena };
	json_t *message = NULL;

	if (ret_error_offset) {
		*ret_error_offset = 0;
	}
	if (cell->end) {
		return copy_of(cell->end, arena);
	}
	struct error *err = send(cell, line, arena);

	while (!err) {
		const struct patience patience = patience_of(cell); // a follower may give more time

		err = channel_receive(&cell->channel, &patience, arena, &message);
		if (err) {
			break;
		}
		take_transaction(cell, message);
		if (!json_object_get(message, "event")) {
			err = take_answer(&request, message, ret_error_offset);
			if (!err && ret_answer) {
				*ret_answer = message;
			} else {
				json_decref(message);
			}
			return err;
		}
		err = see(&request, message);
		json_decref(message);
		if (request.ended_by && cell->end) {
			return request.ended_by; // killed
		}
	}
	err->where = request.is_open ? request.statement.where : err->where;
	return lose(cell, err, arena);
}

/* --- opening ----------------------------------------------------------------------------------- */

/* Who waits for one that stands still waits for ever: so long it may, until that is plain. */
#define LOCK_TIMEOUT "2000"

static void add_address(struct json_writer *json, const struct database_address *address,
		bool meets_standing)
{
	json_open_object(json, "database");
	json_add_text(json, "kind", address->path.len ? STR("sqlite") : STR("postgres"));
	if (address->path.len) {
		json_add_text(json, "path", address->path);
	} else {
		json_add_text(json, "host", address->host);
		json_add_text(json, "port", address->port);
		json_add_text(json, "user", address->user);
		json_add_text(json, "password", address->password);
		json_add_text(json, "database", address->name);
	}
	if (!address->path.len && meets_standing) {
		json_open_object(json, "settings");
		json_add_text(json, "lock_timeout", STR(LOCK_TIMEOUT));
		json_close_object(json);
	}
	json_close_object(json);
}

/* Paths of a commit are where its files were laid. */
static void add_paths(struct json_writer *json, const char *key, const struct str_list *paths,
		const struct checkout *checkout, struct arena *arena)
{
	struct str_list there = { 0 };

	for (size_t i = 0; i < paths->count; i++) {
		str_list_add(&there, checkout_path(checkout, paths->items[i], arena), arena);
	}
	json_add_texts(json, key, &there);
}

static void add_project(struct json_writer *json, const struct python_project *project,
		const struct checkout *checkout, const struct edited_tree *edited,
		struct arena *arena)
{
	json_open_object(json, "project");
	if (project->folder.len) {
		json_add_text(json, "folder", checkout_path(checkout, project->folder, arena));
	}
	json_add_text_or_null(json, "config", checkout_path(checkout, project->config, arena));
	json_add_text_or_null(json, "section", project->section);
	json_add_text_or_null(json, "script_location",
			checkout_path(checkout, project->script_location, arena));
	if (edited) {
		json_open_array(json, "version_locations");
		json_add_text(json, NULL, edited->folder);
		json_close_array(json);
	}
	add_paths(json, "prepend_sys_path", &project->search_path, checkout, arena);
	json_add_texts(json, "x", &project->x);
	json_add_texts(json, "stubs", &project->stubs);
	json_open_object(json, "env");
	for (size_t i = 0; i < project->env.count; i++) {
		json_add_text(json, str_to_c(project->env.items[i].name, arena),
				project->env.items[i].value);
	}
	json_close_object(json);
	json_close_object(json);
}

static str opening_line(const struct cell *cell, const struct database_address *address,
		const struct python_project *project, struct arena *arena)
{
	struct buf line = { .arena = arena };
	struct json_writer json = { .out = &line, .is_ascii = true };

	json_open_object(&json, NULL);
	json_add_text(&json, "do", STR("open"));
	add_address(&json, address, cell->describe_wait != NULL);
	add_project(&json, project, cell->checkout, cell->edited, arena);
	json_close_object(&json);
	buf_add_char(&line, '\n');
	return buf_str(&line);
}

struct error *cell_open(struct helper *helper, const struct database_address *address,
		const struct python_project *project, const struct checkout *checkout,
		const struct edited_tree *edited, engine_wait_fn *describe_wait,
		int64_t deadline_us, struct arena *arena, struct cell **ret_cell)
{
	struct cell *cell = arena_new(arena, struct cell);

	*cell = (struct cell){
		.helper = helper,
		.arena = arena,
		.checkout = checkout,
		.edited = edited,
		.describe_wait = describe_wait,
		.deadline_us = deadline_earlier(deadline_us, clock_now_us() + OPEN_US),
	};
	struct error *err = helper_fork(helper, arena, &cell->pid, &cell->channel);

	if (err) {
		return err;
	}
	err = cell_ask(cell, opening_line(cell, address, project, arena), NULL, arena, NULL, NULL);
	if (err) {
		cell_close(cell);
		return err;
	}
	cell->deadline_us = deadline_us;
	*ret_cell = cell;
	return NULL;
}
