/*
 * Roles that a scenario wants are the server's, and so all databases' on it, while other cells are played on it, which
 * may not have them. A cell with roles is played by itself: a lock of the server keeps the others waiting. Between
 * such cells a role goes by a name of the run, since databases that states are cloned from hold rights for it.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

/* Whoever has it alone gives roles their names; all others see to it that nobody does meanwhile. */
#define LOCK "(1383425896, 1)"

/* Longest name of a role. */
#define LONGEST_NAME 63

/* What the role is called between cells, and what the comment on it says. */
static str resting_name(const struct host *host, str role, struct arena *arena)
{
	const str start = str_format(arena, "%.*s" POSTGRES_ROLE_MARK, STR_ARG(host->run_prefix));

	return start.len + role.len <= LONGEST_NAME
			? str_format(arena, "%.*s%.*s", STR_ARG(start), STR_ARG(role))
			: str_format(arena, "%.*s%016llx", STR_ARG(start),
					  (unsigned long long)str_hash(role));
}

static str identifier(str name, struct arena *arena)
{
	struct buf out = { .arena = arena };

	postgres_quote_identifier(name, &out);
	return buf_str(&out);
}

static str literal(str text, struct arena *arena)
{
	struct buf out = { .arena = arena };

	postgres_quote_text(text, &out);
	return buf_str(&out);
}

/* Whether there is a role of that name, and what the comment on it says. */
static struct error *look_for(struct host *host, str name, struct arena *arena, bool *ret_is_there,
		str *ret_comment)
{
	PGresult *found = NULL;
	struct error *error = postgres_run(host->admin,
			str_format(arena,
					"SELECT pg_catalog.shobj_description(oid, 'pg_authid') "
					"FROM pg_catalog.pg_roles WHERE rolname = %.*s",
					STR_ARG(literal(name, arena)))
					.data,
			arena, &found);

	*ret_is_there = !error && PQntuples(found);
	*ret_comment = *ret_is_there ? str_copy(str_from(PQgetvalue(found, 0, 0)), arena)
				     : (str){ 0 };
	PQclear(found);
	return error;
}

/* A role that is there already cannot be the scenario's. */
static struct error *refuse(str name, str comment, struct arena *arena)
{
	const bool is_of_a_run = str_starts_with(comment, STR(POSTGRES_RUN_PREFIX));

	return error_new(arena, ERROR_DATABASE,
			is_of_a_run ? "the role '%.*s' on the server is of another run, perhaps one that was "
				      "killed (rehearse clean)"
				    : "the server has a role '%.*s' of its own",
			STR_ARG(name));
}

static struct error *make(struct host *host, str name, struct arena *arena)
{
	const str resting = resting_name(host, name, arena);
	const str role = identifier(name, arena);
	bool is_there, is_resting = false;
	str comment, unused;
	struct error *error = look_for(host, name, arena, &is_there, &comment);

	if (!error && !is_there) {
		error = look_for(host, resting, arena, &is_resting, &unused);
	}
	if (error) {
		return error;
	}
	if (is_there && !str_equal(comment, resting)) {
		return refuse(name, comment, arena);
	}
	if (is_resting) {
		error = postgres_admin_run(host,
				str_format(arena, "ALTER ROLE %.*s RENAME TO %.*s",
						STR_ARG(identifier(resting, arena)), STR_ARG(role)),
				arena);
	} else if (!is_there) { // else a worker was killed in a cell
		error = postgres_admin_run(host,
				str_format(arena,
						"CREATE ROLE %.*s NOLOGIN; COMMENT ON ROLE %.*s IS %.*s",
						STR_ARG(role), STR_ARG(role),
						STR_ARG(literal(resting, arena))),
				arena);
	}
	return error ? error
		     : postgres_admin_run(host,
				       str_format(arena, "GRANT %.*s TO %.*s", STR_ARG(role),
						       STR_ARG(host->role)),
				       arena);
}

/* Settings that a cell has given it, as a member may, go too. */
static void put_to_rest(struct host *host, str name, struct arena *arena)
{
	const str role = identifier(name, arena);

	(void)!postgres_admin_run(host,
			str_format(arena,
					"ALTER ROLE %.*s RESET ALL; ALTER ROLE %.*s RENAME TO %.*s",
					STR_ARG(role), STR_ARG(role),
					STR_ARG(identifier(
							resting_name(host, name, arena), arena))),
			arena);
}

static void end(struct host *host, const struct str_list *roles, struct arena *arena)
{
	for (size_t i = 0; i < roles->count; i++) {
		put_to_rest(host, roles->items[i], arena);
	}
	(void)!postgres_admin_run(host, STR("SELECT pg_advisory_unlock_all()"), arena);
}

/* What a dump names must be there already on a server that is lent, where nothing is made for it. */
static struct error *look_for_lent(struct host *host, const struct str_list *names,
		const struct str_list *made, struct arena *arena, str *ret_refusal)
{
	struct error *error = NULL;
	bool is_there = true;
	str comment;

	for (size_t i = 0; !error && is_there && i < names->count; i++) {
		if (str_list_contains(made, names->items[i])) {
			continue;
		}
		error = look_for(host, names->items[i], arena, &is_there, &comment);
		if (!error && !is_there) {
			*ret_refusal = str_format(arena,
					"the lent server has no role '%.*s', which the dump names",
					STR_ARG(names->items[i]));
		}
	}
	return error;
}

static void add_wanted(struct str_list *all, const struct str_list *some, struct arena *arena)
{
	for (size_t i = 0; i < some->count; i++) {
		/* pg_read_all_data and its like come with the server, or not at all. */
		if (!str_list_contains(all, some->items[i]) &&
				!str_starts_with(some->items[i], STR("pg_"))) {
			str_list_add(all, some->items[i], arena);
		}
	}
}

/* Those that are made: on a server that is lent, only what the scenario itself wants. */
static struct str_list roles_to_make(
		const struct host *host, const struct role_wants *wants, struct arena *arena)
{
	struct str_list all = { 0 };

	add_wanted(&all, &wants->roles, arena);
	if (host->is_private) {
		add_wanted(&all, &wants->named, arena);
		add_wanted(&all, &wants->owners, arena);
	}
	return all;
}

struct error *postgres_roles_begin(struct host *host, const struct role_wants *wants, bool alone,
		struct arena *arena, str *ret_refusal)
{
	const struct str_list roles = roles_to_make(host, wants, arena);
	struct error *error = NULL;

	*ret_refusal = (str){ 0 };
	if (!host->is_private) {
		error = look_for_lent(host, &wants->named, &roles, arena, ret_refusal);
	}
	if (error || ret_refusal->len) {
		return error;
	}
	error = postgres_admin_run(host,
			roles.count || alone ? STR("SELECT pg_advisory_lock" LOCK)
					     : STR("SELECT pg_advisory_lock_shared" LOCK),
			arena);
	host->is_alone = roles.count || alone;
	for (size_t i = 0; !error && i < roles.count; i++) {
		const struct str_list made = { .items = roles.items, .count = i };

		error = make(host, roles.items[i], arena);
		if (error) {
			end(host, &made, arena);
		}
	}
	if (error && error->code == ERROR_DATABASE) { // what the server says of a role
		*ret_refusal = error->message;
		return NULL;
	}
	return error;
}

void postgres_roles_end(struct host *host, const struct role_wants *wants, struct arena *arena)
{
	const struct str_list roles = roles_to_make(host, wants, arena);

	end(host, &roles, arena);
}
