/*
 * A VFS of its own for each file, since its name is all that leads sqlite3_open_v2() to the bytes. Journals
 * and the like are read by nobody but the connection that writes them: another one would roll a journal
 * back after a crash alone, which leaves none of this. So they are private, and gone when they are closed.
 */
#include "sqlite/shared.h"

#include "kit/arena.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

struct content {
	unsigned char *bytes; /* from sqlite3_malloc64(); NULL: empty */
	int64_t len, capacity;
};

struct opened {
	sqlite3_file base; /* first: SQLite sees nothing but this */
	struct shared_file *file;
	struct content own;  /* of a private file */
	bool is_shared;      /* it is the database, not a private file */
	int lock;            /* SQLITE_LOCK_... */
	struct opened *next; /* of those that have the database open */
};

struct shared_file {
	sqlite3_vfs vfs;
	struct content content;
	int64_t limit;
	struct opened *first;
};

static struct opened *opened_of(sqlite3_file *base)
{
	return (struct opened *)base;
}

static struct content *content_of(struct opened *opened)
{
	return opened->is_shared ? &opened->file->content : &opened->own;
}

/* --- bytes ------------------------------------------------------------------------------------- */

static int read_bytes(sqlite3_file *base, void *to, int count, sqlite3_int64 offset)
{
	const struct content *content = content_of(opened_of(base));
	const int64_t there = content->len > offset ? content->len - offset : 0;
	const size_t copied = (size_t)(there < count ? there : count);

	if (copied) {
		memcpy(to, content->bytes + offset, copied);
	}
	memset((char *)to + copied, 0, (size_t)count - copied);
	return copied == (size_t)count ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static bool make_room(struct content *content, int64_t len)
{
	int64_t capacity = content->capacity > 4096 ? content->capacity : 4096;

	if (len <= content->capacity) {
		return true;
	}
	while (capacity < len) {
		capacity *= 2;
	}
	unsigned char *bytes = sqlite3_realloc64(content->bytes, (sqlite3_uint64)capacity);

	if (bytes) {
		content->bytes = bytes;
		content->capacity = capacity;
	}
	return bytes != NULL;
}

static int write_bytes(sqlite3_file *base, const void *from, int count, sqlite3_int64 offset)
{
	struct opened *opened = opened_of(base);
	struct content *content = content_of(opened);
	const int64_t end = offset + count;

	if (end > opened->file->limit) {
		return SQLITE_FULL;
	}
	if (!make_room(content, end)) {
		return SQLITE_IOERR_NOMEM;
	}
	if (offset > content->len) {
		memset(content->bytes + content->len, 0, (size_t)(offset - content->len));
	}
	memcpy(content->bytes + offset, from, (size_t)count);
	content->len = end > content->len ? end : content->len;
	return SQLITE_OK;
}

static int truncate_bytes(sqlite3_file *base, sqlite3_int64 len)
{
	struct content *content = content_of(opened_of(base));

	content->len = len < content->len ? len : content->len;
	return SQLITE_OK;
}

static int sync_bytes(sqlite3_file *base, int flags)
{
	(void)base;
	(void)flags;
	return SQLITE_OK;
}

static int tell_size(sqlite3_file *base, sqlite3_int64 *ret_len)
{
	*ret_len = content_of(opened_of(base))->len;
	return SQLITE_OK;
}

/* --- locks ------------------------------------------------------------------------------------- */

/* The highest lock that others hold. */
static int lock_of_others(const struct opened *opened)
{
	int highest = SQLITE_LOCK_NONE;

	for (const struct opened *other = opened->file->first; other; other = other->next) {
		if (other != opened && other->lock > highest) {
			highest = other->lock;
		}
	}
	return highest;
}

/* Whoever waits for readers to go keeps PENDING meanwhile, which lets no new ones in. */
static int take_lock(sqlite3_file *base, int lock)
{
	struct opened *opened = opened_of(base);
	const int others = opened->is_shared ? lock_of_others(opened) : SQLITE_LOCK_NONE;

	if (opened->lock >= lock) {
		return SQLITE_OK;
	}
	if (others >= (lock == SQLITE_LOCK_SHARED ? SQLITE_LOCK_PENDING : SQLITE_LOCK_RESERVED)) {
		return SQLITE_BUSY;
	}
	if (lock == SQLITE_LOCK_EXCLUSIVE && others >= SQLITE_LOCK_SHARED) {
		opened->lock = SQLITE_LOCK_PENDING;
		return SQLITE_BUSY;
	}
	opened->lock = lock;
	return SQLITE_OK;
}

static int release_lock(sqlite3_file *base, int lock)
{
	struct opened *opened = opened_of(base);

	opened->lock = lock < opened->lock ? lock : opened->lock;
	return SQLITE_OK;
}

static int is_reserved(sqlite3_file *base, int *ret_is_reserved)
{
	const struct opened *opened = opened_of(base);

	*ret_is_reserved = opened->lock >= SQLITE_LOCK_RESERVED ||
			lock_of_others(opened) >= SQLITE_LOCK_RESERVED;
	return SQLITE_OK;
}

/* --- files ------------------------------------------------------------------------------------- */

static int close_file(sqlite3_file *base)
{
	struct opened *opened = opened_of(base);

	for (struct opened **at = &opened->file->first; *at; at = &(*at)->next) {
		if (*at == opened) {
			*at = opened->next;
			break;
		}
	}
	sqlite3_free(opened->own.bytes);
	return SQLITE_OK;
}

static int control(sqlite3_file *base, int operation, void *argument)
{
	(void)base;
	(void)operation;
	(void)argument;
	return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *base)
{
	(void)base;
	return 4096;
}

static int characteristics(sqlite3_file *base)
{
	(void)base;
	return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* The first version of them has no shared memory, so that WAL, with its other locks, is not to be had. */
static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = close_file,
	.xRead = read_bytes,
	.xWrite = write_bytes,
	.xTruncate = truncate_bytes,
	.xSync = sync_bytes,
	.xFileSize = tell_size,
	.xLock = take_lock,
	.xUnlock = release_lock,
	.xCheckReservedLock = is_reserved,
	.xFileControl = control,
	.xSectorSize = sector_size,
	.xDeviceCharacteristics = characteristics,
};

static int open_file(
		sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *ret_flags)
{
	struct opened *opened = opened_of(base);
	struct shared_file *file = vfs->pAppData;

	(void)name;
	*opened = (struct opened){ .base = { .pMethods = &methods }, .file = file };
	if (flags & SQLITE_OPEN_MAIN_DB) {
		opened->is_shared = true;
		opened->next = file->first;
		file->first = opened;
	}
	if (ret_flags) {
		*ret_flags = flags;
	}
	return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int is_synced)
{
	(void)vfs;
	(void)name;
	(void)is_synced;
	return SQLITE_OK;
}

/* Nobody leaves a journal. */
static int find_file(sqlite3_vfs *vfs, const char *name, int flags, int *ret_is_there)
{
	(void)vfs;
	(void)name;
	(void)flags;
	*ret_is_there = 0;
	return SQLITE_OK;
}

static int full_path(sqlite3_vfs *vfs, const char *name, int size, char *ret_path)
{
	(void)vfs;
	sqlite3_snprintf(size, ret_path, "%s", name);
	return SQLITE_OK;
}

/* Who holds a lock here does not go on meanwhile: there is nothing to wait for, whatever busy_timeout says. */
static int sleep_not(sqlite3_vfs *vfs, int wait_us)
{
	(void)vfs;
	return wait_us;
}

struct error *shared_file_new(unsigned char *bytes, int64_t len, int64_t limit, struct arena *arena,
		struct shared_file **ret_file)
{
	struct shared_file *file = arena_new(arena, struct shared_file);

	file->content = (struct content){ .bytes = bytes, .len = len, .capacity = len };
	file->limit = limit;
	file->vfs = *sqlite3_vfs_find(NULL); // for its clock and its dice
	file->vfs.pNext = NULL;
	file->vfs.szOsFile = sizeof(struct opened);
	file->vfs.mxPathname = 64;
	file->vfs.zName = str_format(arena, "rehearse-%p", (void *)file).data;
	file->vfs.pAppData = file;
	file->vfs.xOpen = open_file;
	file->vfs.xDelete = delete_file;
	file->vfs.xAccess = find_file;
	file->vfs.xFullPathname = full_path;
	file->vfs.xSleep = sleep_not;
	if (sqlite3_vfs_register(&file->vfs, false) != SQLITE_OK) {
		return error_new(arena, ERROR_ENVIRONMENT, "could not share a database in memory");
	}
	*ret_file = file;
	return NULL;
}

int shared_file_open(struct shared_file *file, struct sqlite3 **ret_handle)
{
	return sqlite3_open_v2("database", ret_handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
			file->vfs.zName);
}

void shared_file_end(struct shared_file *file, unsigned char **ret_bytes, int64_t *ret_len)
{
	assert(!file->first);
	sqlite3_vfs_unregister(&file->vfs);
	*ret_bytes = file->content.bytes;
	*ret_len = file->content.len;
	file->content = (struct content){ 0 };
}
