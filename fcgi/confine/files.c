#include "confine/files.h"

#include <linux/landlock.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "confine/filter.h"

/* Bits that each version of Landlock brought: the installed linux/landlock.h may be older. */
#define FILES_1     ((uint64_t)0x1fff)
#define REFER_2     ((uint64_t)1 << 13)
#define TRUNCATE_3  ((uint64_t)1 << 14)
#define PORTS_4     ((uint64_t)3) /* bind, connect */
#define IOCTL_DEV_5 ((uint64_t)1 << 15)
#define SCOPES_6    ((uint64_t)3) /* abstract Unix sockets, signals */

struct ruleset {
	uint64_t files, ports, scopes;
};

/* A sanitizer writes its report to a new file, and reads programs and /proc for it. */
#define REPORTS                                                                                    \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |                              \
		LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | TRUNCATE_3)

long confine_files_version(void)
{
	long version = syscall(
		SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);

	return version > 0 ? version : 0;
}

/* What a ruleset names is forbidden unless a rule allows it; there are no rules. */
static struct ruleset everything(long version)
{
	struct ruleset all = {.files = FILES_1};

	if (version >= 2)
		all.files |= REFER_2;
	if (version >= 3)
		all.files |= TRUNCATE_3;
	if (version >= 4)
		all.ports = PORTS_4;
	if (version >= 5)
		all.files |= IOCTL_DEV_5;
	if (version >= 6)
		all.scopes = SCOPES_6;
	if (CONFINE_SANITIZED)
		all.files &= ~REPORTS;
	return all;
}

int confine_files_forbid(void)
{
	/* An older kernel accepts members that it does not know if they are zero. */
	struct ruleset all = everything(confine_files_version());
	int fd = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	int result;

	if (fd < 0)
		return -1;
	result = (int)syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
	return result;
}
