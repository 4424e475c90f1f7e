/*
 * What the gateway takes for the CLI while the benchmark asks how much time it adds.
 *
 * The real CLI, CLAUDE_BENCH_CLI, runs below it on the same stdin and stderr. Its stdout passes
 * through here unchanged, and for the first text of each message the time is noted in the file
 * CLAUDE_BENCH_STAMPS: a line of nanoseconds by CLOCK_MONOTONIC. That is before the text is handed
 * on, so that what the search and the note take counts as added by the gateway. The gateway sees
 * the text when the relay writes it: the relay stands where a child does.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MESSAGE "\"message_start\""
#define TEXT    "\"text_delta\""

/* What is searched again with the next read: one byte less than would hold a whole MESSAGE. */
#define KEPT (sizeof(MESSAGE) - 2)

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void note(int stamps, const struct timespec *at)
{
	char line[32];
	int n = snprintf(line, sizeof(line), "%lld\n", at->tv_sec * 1000000000LL + at->tv_nsec);

	if (write(stamps, line, (size_t)n) != n)
		fail("relay: stamp");
}

/* Whether the first text of a message is in the bytes; `waits`: a message began without text. */
static bool has_first_text(const char *bytes, size_t n, bool *waits)
{
	const char *message = memmem(bytes, n, MESSAGE, strlen(MESSAGE));
	const char *from = message ? message : bytes;

	*waits = *waits || message;
	if (!*waits || !memmem(from, n - (size_t)(from - bytes), TEXT, strlen(TEXT)))
		return false;
	*waits = false;
	return true;
}

static void write_all(const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(1, p, n);

		if (done < 0)
			exit(1);
		p += done, n -= (size_t)done;
	}
}

static void pass_on(int from, int stamps)
{
	static char bytes[KEPT + 65536];
	size_t kept = 0;
	bool waits = false;
	ssize_t n;

	while ((n = read(from, bytes + kept, sizeof(bytes) - kept)) > 0) {
		size_t have = kept + (size_t)n;
		struct timespec now;

		clock_gettime(CLOCK_MONOTONIC, &now);
		if (has_first_text(bytes, have, &waits))
			note(stamps, &now);
		write_all(bytes + kept, (size_t)n);
		kept = have < KEPT ? have : KEPT;
		memmove(bytes, bytes + have - kept, kept);
	}
}

/* Returns where its stdout is read. */
static int start(const char *cli, char **argv, pid_t *pid)
{
	int out[2];

	if (pipe2(out, O_CLOEXEC) < 0 || (*pid = fork()) < 0)
		fail("relay");
	if (!*pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], 1);
		execv(cli, argv);
		fail(cli);
	}
	close(out[1]);
	close(0); /* the CLI's alone: a writer has to see when it is gone */
	return out[0];
}

/* The gateway's signals go to the group: the CLI ends by them, and then its relay. */
int main(int argc, char **argv)
{
	const char *cli = getenv("CLAUDE_BENCH_CLI"), *file = getenv("CLAUDE_BENCH_STAMPS");
	int stamps = file ? open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
	int status = 0;
	pid_t pid;

	if (argc < 1 || !cli || stamps < 0)
		fail("relay: CLAUDE_BENCH_CLI and CLAUDE_BENCH_STAMPS");
	int out = start(cli, argv, &pid);
	signal(SIGTERM, SIG_IGN);
	pass_on(out, stamps);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
