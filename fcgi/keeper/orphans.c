#include "keeper/orphans.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"

void orphans_adopt(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/*
 * -1 when there is no such process any more. The parent stands after the process's name, which
 * is in brackets and may itself hold some.
 */
static pid_t parent_of(const char *pid)
{
	char path[64], line[512];
	const char *end = NULL;
	int parent = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return -1;
	if (fgets(line, sizeof(line), f) != NULL)
		end = strrchr(line, ')');
	fclose(f);
	return end != NULL && sscanf(end, ") %*c %d", &parent) == 1 ? parent : -1;
}

void orphans_kill(bool (*known)(const void *arg, pid_t pid), const void *arg)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid <= 0 || parent_of(entry->d_name) != getpid() || known(arg, pid))
			continue;
		log_warn("process %d outlived the child that started it; it is killed", (int)pid);
		kill(pid, SIGKILL);
	}
	if (proc != NULL)
		closedir(proc);
}
