/*
 * Images. Freezing copies nothing, and asks the server for nothing: what an image needs so that it can be cloned is
 * done when the first clone is wanted. Nobody may ever want one: a state from which one cell alone starts is played on
 * where it was built, and of an empty one the image is template0.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

/* --- sealing ---------------------------------------------------------------------------------- */

/*
 * What SQL has set for the database and its role is read as long as both are as the SQL left them, and then the
 * database is the admin's: the role's rights change hands with it.
 */
struct error *postgres_image_seal(struct image *image)
{
	struct database *database = image->taken ? image->taken : &image->own;
	struct arena *arena = image->own.arena;

	if (image->is_sealed) {
		return NULL;
	}
	struct error *error = postgres_settings_read(database, arena, &image->settings);

	if (!error) {
		error = postgres_take_from_role(image->host, image->name, arena);
	}
	image->is_sealed = !error;
	return error;
}

struct error *postgres_freeze(
		struct database *database, struct arena *arena, struct image **ret_image)
{
	struct image *image = arena_new(arena, struct image);
	struct error *error = NULL;

	image->host = database->host;
	if (database->is_unmade) {
		image->name = STR("template0");
		image->settings.role = str_copy(database->role_settings, arena);
		image->is_template = image->is_sealed = true;
		*ret_image = image;
		return NULL;
	}
	error = postgres_thaw(database, arena);
	if (!error) {
		error = postgres_settle(database, arena);
	}
	if (error) {
		return error;
	}
	image->number = database->number;
	image->name = str_copy(database->name, arena);
	image->own = (struct database){
		.host = database->host,
		.arena = arena,
		.number = database->number,
		.name = image->name,
	};
	image->taken = database;
	database->frozen = image;
	*ret_image = image;
	return NULL;
}

void postgres_image_keep(struct image *image)
{
	struct host *host = image->host;

	image->own.role_settings = str_copy(image->taken->role_settings, image->own.arena);
	if (host->settled == image->taken) {
		host->settled = &image->own;
	}
	image->taken = NULL;
}

/* --- databases of an image -------------------------------------------------------------------- */

/* A database that was made is the scenario's from now on, and the role is settled for it. */
static struct error *hand_over(struct host *host, unsigned number,
		const struct postgres_settings *settings, str role_settings, struct arena *arena,
		struct database **ret_database)
{
	const str name = postgres_database_name(host, number, arena);
	struct error *error = postgres_give_to_role(host, name, settings, role_settings, arena);

	if (error) {
		return error;
	}
	struct database *database = arena_new(arena, struct database);

	*database = (struct database){
		.host = host, .arena = arena, .number = number, .name = name
	};
	host->settled = database;
	*ret_database = database;
	return NULL;
}

/* What the role of a clone has: that of the image; or in the place of another, what the other's has by now. */
static struct error *settle_clone(struct host *host, const struct image *image,
		const struct database *replaced, str *ret_role_settings)
{
	if (replaced && host->settled == replaced) {
		*ret_role_settings = (str){ 0 }; // it stays
		return NULL;
	}
	*ret_role_settings = replaced ? replaced->role_settings : image->settings.role;
	return postgres_role_leave(host);
}

struct error *postgres_clone(struct host *host, struct image *image,
		const struct database *replaced, struct arena *arena,
		struct database **ret_database)
{
	str role_settings;

	if (image != host->ahead.image) {
		postgres_ahead_forget(host);
	}
	unsigned number = postgres_ahead_take(host, image);
	struct error *error = postgres_image_seal(image);

	if (!error) {
		error = settle_clone(host, image, replaced, &role_settings);
	}
	if (!error && !number) {
		error = image->is_template
				? postgres_empty_database(host, arena, &number)
				: postgres_copy_database(host, image->name, arena, &number);
	}
	return error ? error
		     : hand_over(host, number, &image->settings, role_settings, arena,
				       ret_database);
}

/* The scenario's role has never lost it, or gets it back as it is: what was set for it is still there. */
struct error *postgres_claim(
		struct image *image, struct arena *arena, struct database **ret_database)
{
	struct host *host = image->host;
	struct error *error = NULL;

	if (image->taken || image->is_template || host->ahead.image == image) {
		error = postgres_clone(host, image, NULL, arena, ret_database);
		if (!error) {
			postgres_image_drop(image);
		}
		return error;
	}
	postgres_ahead_forget(host);
	if (image->is_sealed) {
		error = postgres_role_leave(host);
		return error ? error
			     : hand_over(host, image->number, NULL, image->settings.role, arena,
					       ret_database);
	}
	struct database *database = arena_new(arena, struct database);

	*database = image->own;
	database->arena = arena;
	if (host->settled == &image->own) {
		host->settled = database;
	}
	*ret_database = database;
	return NULL;
}

void postgres_image_prepare(struct image *image)
{
	if (!postgres_image_seal(image)) { // else the clone will meet it again
		postgres_ahead_begin(image);
	}
}

void postgres_image_drop(struct image *image)
{
	if (!image) {
		return;
	}
	struct host *host = image->host;

	if (host->ahead.image == image) {
		postgres_ahead_forget(host);
	}
	if (image->taken) { // it may be used again, and gets back what it was
		image->taken->frozen = NULL;
		image->taken->is_withdrawn = image->is_sealed;
	} else if (!image->is_template) {
		host->settled = host->settled == &image->own ? NULL : host->settled;
		postgres_doom(host, image->number);
	}
}
