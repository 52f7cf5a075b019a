#define _GNU_SOURCE // copy_file_range
#include "kit/clone.h"

#include "kit/arena.h"
#include "kit/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/fs.h>
#endif

#define PART ((size_t)64 * 1024 * 1024)
#define MIB  ((uint64_t)1024 * 1024)

/* Whether the file system lets both share what they hold. */
static bool share(int from, int to)
{
#ifdef FICLONE
	return ioctl(to, FICLONE, from) == 0;
#else
	(void)from;
	(void)to;
	return false;
#endif
}

/* In the kernel, which may leave holes as they are. */
static bool copy_in_kernel(int from, int to, struct progress *progress)
{
#ifdef __linux__
	ssize_t got;
	int64_t done = 0;

	while ((got = copy_file_range(from, NULL, to, NULL, PART, 0)) > 0 ||
			(got < 0 && errno == EINTR)) {
		progress_reach(progress, done += got > 0 ? got : 0);
	}
	return got == 0;
#else
	(void)from;
	(void)to;
	(void)progress;
	return false;
#endif
}

static bool copy_by_hand(int from, int to, struct progress *progress)
{
	char part[64 * 1024];
	int64_t done = 0;
	ssize_t got;

	while ((got = read(from, part, sizeof(part))) > 0 || (got < 0 && errno == EINTR)) {
		if (got > 0 && !descriptor_write(to, (str){ part, (size_t)got })) {
			return false;
		}
		progress_reach(progress, done += got > 0 ? got : 0);
	}
	return got == 0;
}

static bool copy(int from, int to, struct progress *progress)
{
	if (share(from, to) || copy_in_kernel(from, to, progress)) {
		return true;
	}
	if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO) {
		return false;
	}
	return lseek(from, 0, SEEK_SET) == 0 && lseek(to, 0, SEEK_SET) == 0 &&
			ftruncate(to, 0) == 0 && copy_by_hand(from, to, progress);
}

static int64_t size_of(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 ? (int64_t)status.st_size : 0;
}

struct error *file_clone(str from, str to, struct progress *progress, struct arena *arena)
{
	int source = -1;
	struct error *error = file_open(from, arena, &source);

	if (error) {
		return error;
	}
	const int target = open(str_to_c(to, arena),
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	progress_begin(progress, "copying", path_name(from), size_of(source));
	if (target < 0) {
		error = error_from_errno(arena, "write '%.*s'", STR_ARG(to));
	} else if (!copy(source, target, progress)) {
		error = error_from_errno(
				arena, "copy '%.*s' to '%.*s'", STR_ARG(from), STR_ARG(to));
		(void)unlink(str_to_c(to, arena));
	}
	progress_end(progress);
	if (target >= 0) {
		close(target);
	}
	close(source);
	return error;
}

struct error *file_check_room(str path, str folder, struct arena *arena)
{
	struct stat status;
	struct statvfs room;

	if (stat(str_to_c(path, arena), &status) || statvfs(str_to_c(folder, arena), &room)) {
		return error_from_errno(arena, "look at '%.*s'", STR_ARG(path));
	}
	const uint64_t needed = (uint64_t)status.st_size;
	const uint64_t there = (uint64_t)room.f_bavail * room.f_frsize;

	if (needed <= there) {
		return NULL;
	}
	struct error *error = error_new(arena, ERROR_ENVIRONMENT,
			"there is no room in '%.*s' for a copy of '%.*s': it takes %llu MiB, and %llu MiB are free",
			STR_ARG(path_folder(folder)), STR_ARG(path),
			(unsigned long long)((needed + MIB - 1) / MIB),
			(unsigned long long)(there / MIB));

	error->hint = STR("$TMPDIR names a folder that has room.");
	return error;
}
