#include "keeper/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "claude/launch.h"

#define VERSION_MS 10000

/*
 * The CLI has some 15 descriptors open. What it writes is its settings, which grow with the
 * years, and a limit that it runs into would spoil them.
 */
#define MAX_FDS  256
#define MAX_FILE ((rlim_t)64 << 20)

/* Through this, the first descriptor after stderr, a new process says why it cannot exec. */
#define NOTIFY_FD 3

static _Noreturn void give_up(void)
{
	int cause = errno;

	if (write(NOTIFY_FD, &cause, sizeof(cause)) < 0)
		_exit(126);
	_exit(127);
}

static void default_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Sets a limit of `most`, unless there is a lower one already. */
static int limit(int resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(resource, &now) < 0)
		return -1;
	if (now.rlim_max < most)
		most = now.rlim_max;
	now.rlim_max = most;
	if (now.rlim_cur > most)
		now.rlim_cur = most;
	return setrlimit(resource, &now);
}

/*
 * RLIMIT_DATA counts what is reserved as well, some GB in the CLI's engine, which reserves less
 * where it gets less. RLIMIT_AS would count programs and stacks too.
 */
static int limit_all(const struct child_spec *spec)
{
	if (limit(RLIMIT_CORE, 0) < 0 || limit(RLIMIT_NOFILE, MAX_FDS) < 0 ||
		limit(RLIMIT_FSIZE, MAX_FILE) < 0)
		return -1;
	return limit(RLIMIT_DATA, (rlim_t)spec->memory_mib << 20);
}

/* The new process: async-signal-safe calls only. `fds` are stdin, stdout, stderr, notify. */
static _Noreturn void become(const struct child_spec *spec, const int fds[4], pid_t parent)
{
	if (dup3(fds[3], NOTIFY_FD, O_CLOEXEC) < 0)
		_exit(127);
	for (int i = 0; i < 3; i++)
		if (dup2(fds[i], i) < 0)
			give_up();
	if (setpgid(0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent ||
		close_range(NOTIFY_FD + 1, ~0U, 0) < 0 || limit_all(spec) < 0)
		give_up();
	default_signals();
	if (chdir(spec->cwd) < 0)
		give_up();
	execve(spec->bin, (char *const *)spec->argv, (char *const *)spec->env);
	give_up();
}

/*
 * Four pipes, each end above the numbers that the child puts its own on, so that dup2
 * never closes one still needed.
 */
static int open_pipes(int ends[4][2])
{
	for (int i = 0; i < 4; i++)
		ends[i][0] = ends[i][1] = -1;
	for (int i = 0; i < 4; i++) {
		int low[2];

		if (pipe2(low, O_CLOEXEC) < 0)
			return -1;
		for (int e = 0; e < 2; e++) {
			ends[i][e] = fcntl(low[e], F_DUPFD_CLOEXEC, NOTIFY_FD + 1);
			close(low[e]);
		}
		if (ends[i][0] < 0 || ends[i][1] < 0)
			return -1;
	}
	return 0;
}

static void close_pipes(int ends[4][2])
{
	for (int i = 0; i < 4; i++) {
		pipes_close_end(&ends[i][0]);
		pipes_close_end(&ends[i][1]);
	}
}

/* 0 when exec closed the notify pipe, else the errno that came through it. */
static int await_exec(int notify)
{
	int cause = 0;
	ssize_t n;

	do {
		n = read(notify, &cause, sizeof(cause));
	} while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(cause) ? cause : 0;
}

static pid_t fork_child(const struct child_spec *spec, int ends[4][2])
{
	int fds[4] = {ends[0][0], ends[1][1], ends[2][1], ends[3][1]};
	sigset_t all, before;
	pid_t parent = getpid();
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		become(spec, fds, parent);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

int child_spawn(const struct child_spec *spec, pid_t *pid, struct pipes *pipes, struct err *err)
{
	int ends[4][2];
	int cause = 0;

	if (open_pipes(ends) < 0 || (*pid = fork_child(spec, ends)) < 0) {
		cause = errno;
		close_pipes(ends);
		err_set(err, ERR_INTERNAL, "claude cannot be started: %s", strerror(cause));
		return -1;
	}
	setpgid(*pid, *pid); /* whichever of the two comes first */
	pipes_close_end(&ends[3][1]);
	cause = await_exec(ends[3][0]);
	if (cause != 0) {
		child_reap(*pid);
		close_pipes(ends);
		err_set(err, ERR_INTERNAL, "%s cannot be started: %s", spec->bin, strerror(cause));
		return -1;
	}
	*pipes = (struct pipes){
		.in = mem_steal_fd(&ends[0][1]),
		.out = mem_steal_fd(&ends[1][0]),
		.err = mem_steal_fd(&ends[2][0]),
	};
	close_pipes(ends);
	return 0;
}

void child_signal(pid_t pid, int sig)
{
	kill(-pid, sig);
}

int child_reap(pid_t pid)
{
	int status = 0;

	/* What is left of the group. Until the child is reaped, nobody else can have its number. */
	kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static const char *find_variable(const struct child_spec *spec, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; spec->env[i] != NULL; i++)
		if (strncmp(spec->env[i], name, n) == 0 && spec->env[i][n] == '=')
			return spec->env[i] + n + 1;
	return NULL;
}

void child_sweep(const struct child_spec *spec, pid_t pid)
{
	const char *settings = find_variable(spec, "CLAUDE_CONFIG_DIR");
	const char *home = find_variable(spec, "HOME");
	char path[PATH_MAX];

	if (settings != NULL && settings[0] != '\0')
		snprintf(path, sizeof(path), "%s/sessions/%d.json", settings, (int)pid);
	else
		snprintf(path, sizeof(path), "%s/.claude/sessions/%d.json",
			home != NULL ? home : "", (int)pid);
	unlink(path);
}

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static int no_cli(const char *name, struct err *err)
{
	return err_set(err, ERR_INTERNAL,
		"'%s' is no program that can be run. Install the CLI (npm install -g @anthropic-ai/claude-code@latest) or set CLAUDE_BIN to its path.",
		name);
}

int child_find(const char *name, char *out, size_t size, struct err *err)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/') != NULL) {
		snprintf(out, size, "%s", name);
		return is_program(out) ? 0 : no_cli(name, err);
	}
	if (path == NULL)
		path = "/usr/local/bin:/usr/bin:/bin";
	while (*path != '\0') {
		size_t n = strcspn(path, ":");

		snprintf(out, size, "%.*s/%s", (int)n, path, name);
		if (n > 0 && is_program(out))
			return 0;
		path += n + (path[n] == ':');
	}
	return no_cli(name, err);
}

/* Reads up to the end of the first line, or until the deadline. */
static void read_line(int fd, char *out, size_t size, long long deadline)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	size_t n = 0;

	out[0] = '\0';
	while (n + 1 < size && strchr(out, '\n') == NULL &&
		poll(&p, 1, clock_until(deadline)) > 0) {
		ssize_t got = read(fd, out + n, size - 1 - n);

		if (got <= 0)
			break;
		n += (size_t)got;
		out[n] = '\0';
	}
	out[strcspn(out, "\r\n")] = '\0';
}

int child_version(const struct child_spec *spec, char *out, size_t size, struct err *err)
{
	const char *argv[] = {spec->bin, "--version", NULL};
	struct child_spec asking = *spec;
	struct pipes pipes;
	pid_t pid;

	asking.argv = argv;
	if (child_spawn(&asking, &pid, &pipes, err) < 0)
		return -1;
	read_line(pipes.out, out, size, clock_ms() + VERSION_MS);
	pipes_close(&pipes);
	child_signal(pid, SIGKILL);
	child_reap(pid);
	if (launch_version_serves(out))
		return 0;
	return err_set(err, ERR_INTERNAL,
		"'%s' is Claude Code %.40s; %s or newer is needed. Run: npm install -g @anthropic-ai/claude-code@latest",
		spec->bin, out[0] != '\0' ? out : "of unknown version", LAUNCH_OLDEST_CLI);
}
