#include "keeper/headroom.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define CGROUPS "/sys/fs/cgroup"

/* The number behind `name` in a file, or in its first line when name is ""; -1 without one. */
static long long read_number(const char *path, const char *name)
{
	FILE *f = fopen(path, "re");
	size_t n = strlen(name);
	long long value = -1;
	char line[256];

	while (f != NULL && value < 0 && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, name, n) != 0 || sscanf(line + n, "%lld", &value) != 1)
			value = -1;
	if (f != NULL)
		fclose(f);
	return value;
}

static bool machine_has(long long bytes)
{
	long long kib = read_number("/proc/meminfo", "MemAvailable:");

	return kib < 0 || kib * 1024 >= bytes;
}

/* `group` begins with a slash; "" is the top. The kernel can take back what caches files. */
static bool group_has(const char *group, long long bytes)
{
	char path[PATH_MAX];
	long long limit, used, cached;

	snprintf(path, sizeof(path), CGROUPS "%s/memory.max", group);
	limit = read_number(path, "");
	snprintf(path, sizeof(path), CGROUPS "%s/memory.current", group);
	used = read_number(path, "");
	snprintf(path, sizeof(path), CGROUPS "%s/memory.stat", group);
	cached = read_number(path, "inactive_file ");
	return limit < 0 || used < 0 || limit - used + (cached > 0 ? cached : 0) >= bytes;
}

static bool groups_have(long long bytes)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char group[PATH_MAX - 64] = "";

	if (f != NULL) {
		if (fscanf(f, "0::%4000[^\n]", group) != 1)
			group[0] = '\0';
		fclose(f);
	}
	/* Each group from our own up to the top may have a limit. */
	for (char *end; (end = strrchr(group, '/')) != NULL; *end = '\0')
		if (!group_has(group, bytes))
			return false;
	return group_has("", bytes);
}

bool headroom_has(unsigned long mib)
{
	long long bytes = (long long)mib << 20;

	return machine_has(bytes) && groups_have(bytes);
}
