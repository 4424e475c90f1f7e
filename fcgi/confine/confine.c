#include "confine/confine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "base/log.h"
#include "confine/files.h"
#include "confine/filter.h"

static void done(const char *what, int result)
{
	if (result < 0)
		log_warn("the process cannot be confined: %s: %s", what, strerror(errno));
}

static void limit(const char *what, int resource)
{
	static const struct rlimit none = {0, 0};

	done(what, setrlimit(resource, &none));
}

void confine_process(void)
{
	limit("RLIMIT_CORE", RLIMIT_CORE);
	done("PR_SET_NO_NEW_PRIVS", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	done("PR_SET_DUMPABLE", prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

void confine_worker(void)
{
	tzset(); /* now, as it may read a file */
	/* A sanitizer's leak check forks, so that such a build cannot have this limit. */
	if (!CONFINE_SANITIZED)
		limit("RLIMIT_NPROC", RLIMIT_NPROC);
	if (confine_files_version() > 0)
		done("Landlock", confine_files_forbid());
	if (confine_filter_exists())
		done("seccomp", confine_filter_install());
}

void confine_announce(void)
{
	long version = confine_files_version();
	char landlock[32] = "no Landlock";

	if (version > 0)
		snprintf(landlock, sizeof(landlock), "Landlock %ld", version);
	log_info("workers are confined with what this kernel has: %s, %s",
		confine_filter_exists() ? "seccomp filters" : "no seccomp filters", landlock);
}
