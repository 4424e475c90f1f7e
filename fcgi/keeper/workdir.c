#include "keeper/workdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_NUMBER 9999

/* What is removed at once at most: the keeper must not be busy with that for long. */
#define MAX_ENTRIES 1000
#define MAX_DEPTH   10

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool is_number(const char *name)
{
	size_t n = strspn(name, "0123456789");

	return n > 0 && n <= 4 && name[n] == '\0';
}

/* A directory that is gone by now was another proxy's. */
static bool is_numbered_dir(int fd, const char *name)
{
	struct stat st;

	if (!is_number(name))
		return false;
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT;
	return S_ISDIR(st.st_mode);
}

bool workdir_fits(const char *base)
{
	DIR *dir = opendir(base);
	const struct dirent *entry;
	bool fits = true;

	if (dir == NULL)
		return false;
	while (fits && (entry = readdir(dir)) != NULL)
		fits = is_dots(entry->d_name) || is_numbered_dir(dirfd(dir), entry->d_name);
	closedir(dir);
	return fits;
}

/* fd itself keeps its position. */
static DIR *open_stream(int fd)
{
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = own >= 0 ? fdopendir(own) : NULL;

	if (dir == NULL && own >= 0)
		close(own);
	return dir;
}

static bool is_empty(int fd)
{
	DIR *dir = open_stream(fd);
	const struct dirent *entry;
	size_t n = 0;

	if (dir == NULL)
		return false;
	while ((entry = readdir(dir)) != NULL)
		n += !is_dots(entry->d_name);
	closedir(dir);
	return n == 0;
}

static void make_empty(int fd, unsigned depth, unsigned *entries);

static void remove_entry(int fd, const char *name, unsigned depth, unsigned *entries)
{
	int below;

	if (unlinkat(fd, name, 0) == 0 || depth == MAX_DEPTH)
		return;
	below = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (below < 0)
		return;
	make_empty(below, depth + 1, entries);
	close(below);
	unlinkat(fd, name, AT_REMOVEDIR);
}

/* Removes what is in the directory, and follows no link out of it. */
static void make_empty(int fd, unsigned depth, unsigned *entries)
{
	DIR *dir = open_stream(fd);
	const struct dirent *entry;

	while (dir != NULL && *entries > 0 && (entry = readdir(dir)) != NULL) {
		if (is_dots(entry->d_name))
			continue;
		--*entries;
		remove_entry(fd, entry->d_name, depth, entries);
	}
	if (dir != NULL)
		closedir(dir);
}

static void print_path(char *path, size_t size, const char *base, unsigned number)
{
	snprintf(path, size, "%s/%u", base, number);
}

/* Whether `path` leads to the directory that fd is, which may have been removed, and it is ours. */
static bool is_there(const char *path, int fd)
{
	struct stat named, held;

	return lstat(path, &named) == 0 && fstat(fd, &held) == 0 && named.st_dev == held.st_dev &&
	       named.st_ino == held.st_ino && held.st_uid == geteuid();
}

static bool open_number(struct workdir *w, const char *path, unsigned number)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool locked = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;

	if (fd >= 0 && (locked || errno != EWOULDBLOCK) && is_there(path, fd) && is_empty(fd)) {
		*w = (struct workdir){.number = number, .fd = fd, .locked = locked};
		return true;
	}
	if (fd >= 0)
		close(fd);
	return false;
}

static void let_go(struct workdir *w)
{
	if (w->number != 0)
		close(w->fd);
	*w = (struct workdir){0};
}

/* Whether w's own directory, if it has one, can be used again. */
static bool is_still_good(struct workdir *w, const char *path, bool *left)
{
	unsigned entries = MAX_ENTRIES;

	if (w->number == 0 || !is_there(path, w->fd))
		return false;
	if (is_empty(w->fd))
		return true;
	*left = true;
	make_empty(w->fd, 0, &entries);
	return is_empty(w->fd);
}

int workdir_take(
	struct workdir *w, const char *base, char *path, size_t size, bool *left, struct err *err)
{
	*left = false;
	print_path(path, size, base, w->number);
	if (is_still_good(w, path, left))
		return 0;
	let_go(w);
	for (unsigned number = 1; number <= MAX_NUMBER; number++) {
		print_path(path, size, base, number);
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			break;
		errno = 0;
		if (open_number(w, path, number))
			return 0;
		if (errno == EMFILE || errno == ENFILE)
			break;
	}
	return err_set(err, ERR_INTERNAL, "no working directory can be made below %s: %s", base,
		strerror(errno));
}

void workdir_give_back(struct workdir *w, const char *base)
{
	unsigned entries = MAX_ENTRIES;
	char path[PATH_MAX];

	if (w->number == 0)
		return;
	print_path(path, sizeof(path), base, w->number);
	/* Without a lock it may be another proxy's as well. */
	if (w->locked && is_there(path, w->fd)) {
		make_empty(w->fd, 0, &entries);
		rmdir(path);
	}
	let_go(w);
}
