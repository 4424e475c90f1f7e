/*
 * The least that a FastCGI program can do about a child: `cat`. What the gateway costs is measured
 * against it, behind the same nginx.
 *
 * As many workers as PROXY_WORKERS says. Each starts CLAUDE_BIN for a request, gives it the body as
 * it is, and sends what it writes, flushed with each read, until it closes its stdout. A request
 * without a body is answered by itself.
 */
#include <fcgiapp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_WORKERS 512

static _Noreturn void fail(const char *what)
{
	perror(what);
	exit(1);
}

static pid_t start_child(int *in, int *out)
{
	const char *bin = getenv("CLAUDE_BIN");
	int to[2], from[2];
	pid_t pid;

	if (!bin || pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		fail("floor: child");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(to[0], 0);
		dup2(from[1], 1);
		execl(bin, bin, (char *)NULL);
		fail(bin);
	}
	close(to[0]);
	close(from[1]);
	*in = to[1];
	*out = from[0];
	return pid;
}

static void tell(FCGX_Stream *body, int in)
{
	char bytes[65536];
	int n;

	while ((n = FCGX_GetStr(bytes, sizeof(bytes), body)) > 0)
		if (write(in, bytes, (size_t)n) != n)
			fail("floor: stdin of the child");
	close(in);
}

static void serve(FCGX_Request *r)
{
	const char *length = FCGX_GetParam("CONTENT_LENGTH", r->envp);
	char bytes[65536];
	int in, out;
	ssize_t n;
	pid_t pid;

	if (!length || !atoi(length)) {
		FCGX_PutS("Content-Type: text/plain\r\n\r\nok\n", r->out);
		return;
	}
	fcntl(r->ipcFd, F_SETFD, FD_CLOEXEC);
	pid = start_child(&in, &out);
	tell(r->in, in);
	FCGX_PutS("Content-Type: text/event-stream\r\n\r\n", r->out);
	while ((n = read(out, bytes, sizeof(bytes))) > 0) {
		FCGX_PutStr(bytes, (int)n, r->out);
		FCGX_FFlush(r->out);
	}
	close(out);
	waitpid(pid, NULL, 0);
}

static _Noreturn void work(void)
{
	FCGX_Request r;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	FCGX_InitRequest(&r, 0, 0);
	while (!FCGX_Accept_r(&r))
		serve(&r);
	_exit(1);
}

int main(void)
{
	const char *wanted = getenv("PROXY_WORKERS");
	int n = wanted ? atoi(wanted) : 0, sig;
	pid_t pids[MOST_WORKERS];
	sigset_t term;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	if (n < 1 || n > MOST_WORKERS || FCGX_Init())
		fail("floor");
	for (int i = 0; i < n; i++) {
		if ((pids[i] = fork()) < 0)
			fail("floor: worker");
		if (!pids[i])
			work();
	}
	sigwait(&term, &sig);
	for (int i = 0; i < n; i++)
		kill(pids[i], SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
	return 0;
}
