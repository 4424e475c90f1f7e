/*
 * replay PATH...: feeds files, and those in directories, to the target that this is linked
 * with. The last name printed is that of the file that failed.
 */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

#define FILE_MAX ((size_t)1 << 24)

static int by_name(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int replay_file(const char *path)
{
	CLEANUP_BUF struct buf bytes = BUF_INIT(FILE_MAX);
	char piece[4096];
	size_t n;
	FILE *f = fopen(path, "re");

	fprintf(stderr, "%s\n", path);
	if (f == NULL)
		return -1;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(&bytes, piece, n);
	fclose(f);
	LLVMFuzzerTestOneInput((const uint8_t *)buf_str(&bytes), bytes.len);
	return 0;
}

static int replay(const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, by_name, alphasort);
	int result = n == 0 ? -1 : 0;

	if (n < 0)
		return replay_file(path);
	for (int i = 0; i < n; i++) {
		char file[PATH_MAX];

		snprintf(file, sizeof(file), "%s/%s", path, entries[i]->d_name);
		if (replay_file(file) < 0)
			result = -1;
		free(entries[i]);
	}
	free(entries);
	return result;
}

int main(int argc, char **argv)
{
	int failed = argc < 2 || LLVMFuzzerInitialize(&argc, &argv) != 0;

	for (int i = 1; i < argc; i++)
		if (replay(argv[i]) < 0)
			failed = 1;
	return failed;
}
