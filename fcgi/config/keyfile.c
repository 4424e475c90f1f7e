#include "config/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "config/keys_text.h"

#define KEYFILE_MAX ((size_t)64 << 10)

/*
 * Whoever can write to the file can add a key, so its mode is checked for that. Who may read it
 * does not matter: no hash leads back to its key.
 */
static int check(int fd, struct err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(err, ERR_INTERNAL, "cannot be looked at: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_INTERNAL, "is not a regular file");
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_set(err, ERR_INTERNAL,
			"others than its owner may write to it; chmod go-w takes that from them");
	return 0;
}

static int read_whole(int fd, struct buf *text, struct err *err)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		if (buf_add(text, bytes, (size_t)n) < 0)
			return err_set(err, ERR_INTERNAL, "is larger than %zu bytes", KEYFILE_MAX);
	if (n < 0)
		return err_set(err, ERR_INTERNAL, "cannot be read: %s", strerror(errno));
	return 0;
}

int keyfile_load(struct api_keys *keys, const char *path, struct err *err)
{
	CLEANUP_BUF struct buf text = BUF_INIT(KEYFILE_MAX);
	/* O_NONBLOCK: a pipe without a writer would have the start wait for ever. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int result;

	if (fd < 0)
		return err_set(err, ERR_INTERNAL, "cannot be opened: %s", strerror(errno));
	result = check(fd, err) < 0 ? -1 : read_whole(fd, &text, err);
	close(fd);
	return result < 0 ? -1 : keys_parse(keys, buf_str(&text), text.len, err);
}

int keyfile_reload(struct api_keys *keys, size_t own, const char *path, struct err *err)
{
	struct api_keys now = {.n = own};

	memcpy(now.list, keys->list, own * sizeof(now.list[0]));
	if (keyfile_load(&now, path, err) < 0)
		return -1;
	*keys = now;
	return 0;
}
