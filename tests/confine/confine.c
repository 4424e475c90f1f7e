/* Tries what a worker must not be able to do, and what it must, each in a process of its own. */
#include "confine/confine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine/files.h"
#include "confine/filter.h"
#include "confine/tries.h"
#include "support/test.h"

#define TRY_SECONDS 20

struct prepared prepared;

/* An assertion of cmocka would have this process go on with the next test. */
static void must(int cond, const char *what)
{
	if (cond)
		return;
	perror(what);
	_exit(255);
}

static void open_listeners(void)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *un = (struct sockaddr *)&name, *in = (struct sockaddr *)&any;
	socklen_t size = sizeof(name);
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	/* The kernel finds a name. */
	prepared.listener = socket(AF_UNIX, SOCK_STREAM, 0);
	must(bind(prepared.listener, un, sizeof(sa_family_t)) == 0, "bind");
	must(listen(prepared.listener, 1) == 0, "listen");
	must(getsockname(prepared.listener, un, &size) == 0, "getsockname");
	must(connect(client, un, size) == 0, "connect");
	must(write(client, "x", 1) == 1, "write");

	size = sizeof(any);
	prepared.tcp_listener = socket(AF_INET, SOCK_STREAM, 0);
	prepared.tcp = socket(AF_INET, SOCK_STREAM, 0);
	must(bind(prepared.tcp_listener, in, sizeof(any)) == 0, "bind");
	must(listen(prepared.tcp_listener, 1) == 0, "listen");
	must(getsockname(prepared.tcp_listener, in, &size) == 0, "getsockname");
	prepared.port = any.sin_port;
}

static void open_files(void)
{
	int program = open("/bin/true", O_RDONLY);
	struct stat st;

	snprintf(prepared.dir, sizeof(prepared.dir), "/tmp/confine-XXXXXX");
	must(mkdtemp(prepared.dir) != NULL, "mkdtemp");
	snprintf(prepared.file, sizeof(prepared.file), "%s/file", prepared.dir);
	snprintf(prepared.other, sizeof(prepared.other), "%s/other", prepared.dir);
	prepared.file_fd = open(prepared.file, O_RDWR | O_CREAT, 0600);
	must(prepared.file_fd >= 0, "open");

	must(fstat(program, &st) == 0, "/bin/true");
	prepared.program = memfd_create("true", 0);
	must(sendfile(prepared.program, program, NULL, (size_t)st.st_size) == st.st_size,
		"sendfile");
	close(program);
}

static void prepare(void)
{
	const int how = PROT_READ | PROT_WRITE;

	prepared.parent = getppid();
	open_listeners();
	open_files();
	must(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, prepared.pair) == 0, "socketpair");
	prepared.page = mmap(NULL, 4096, how, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(prepared.page != MAP_FAILED, "mmap");
}

static void confine(unsigned by)
{
	if (by == (FILTER | FILES)) {
		confine_process();
		confine_worker();
		return;
	}
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS");
	if (by == FILTER)
		must(confine_filter_install() == 0, "seccomp");
	if (by == FILES)
		must(confine_files_forbid() == 0, "Landlock");
}

static void remove_dir(const char *dir)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

/* The wait status of a process that did it. */
static int attempt(int (*run)(void), unsigned by)
{
	int ends[2], status;
	char dir[sizeof(prepared.dir)];
	pid_t pid;

	fflush(NULL);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		alarm(TRY_SECONDS);
		prepare();
		must(write(ends[1], prepared.dir, sizeof(dir)) == sizeof(dir), "write");
		close(ends[1]);
		confine(by);
		_exit(run());
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], dir, sizeof(dir)), sizeof(dir));
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	remove_dir(dir);
	return status;
}

static void check_status(const struct try *t, const char *when, int status, int want)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == want)
		return;
	if (WIFEXITED(status))
		fail_msg("%s, %s: %s", t->name, when, strerror(WEXITSTATUS(status)));
	fail_msg("%s, %s: signal %d", t->name, when, WTERMSIG(status));
}

/* Without this a try could fail for any reason. */
TEST(control)
{
	for (size_t i = 0; i < n_forbidden; i++)
		if (forbidden[i].control != SKIP)
			check_status(&forbidden[i], "not confined", attempt(forbidden[i].run, 0),
				forbidden[i].control);
}

TEST(filter)
{
	if (!confine_filter_exists())
		skip();
	for (size_t i = 0; i < n_forbidden; i++)
		if ((forbidden[i].by & FILTER) != 0)
			check_status(&forbidden[i], "with the filter",
				attempt(forbidden[i].run, FILTER), EPERM);
}

TEST(files)
{
	long version = confine_files_version();

	if (version == 0)
		skip();
	for (size_t i = 0; i < n_forbidden; i++) {
		const struct try *t = &forbidden[i];
		int status, code;

		if ((t->by & FILES) == 0 || t->version > version)
			continue;
		status = attempt(t->run, FILES);
		code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
		check_status(t, "with Landlock", status, code == EACCES ? EACCES : EPERM);
	}
}

TEST(worker)
{
	if (!confine_filter_exists())
		skip();
	for (size_t i = 0; i < n_forbidden; i++)
		check_status(&forbidden[i], "as a worker",
			attempt(forbidden[i].run, FILTER | FILES), EPERM);
}

TEST(needed)
{
	for (size_t i = 0; i < n_needed; i++)
		check_status(&needed[i], "as a worker", attempt(needed[i].run, FILTER | FILES), 0);
}

#define NOBODY 65534

/* What a child of the proxy could do: it runs as the same user. */
static int look_at_parent(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)getppid());
	return open(path, O_RDONLY) < 0 ? errno : 0;
}

/* 0 when it can be looked at. */
static int be_looked_at(bool confined)
{
	int status;
	pid_t pid;

	if (geteuid() == 0)
		must(setgid(NOBODY) == 0 && setuid(NOBODY) == 0, "setuid");
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); /* setuid ended that as well */
	if (confined)
		confine_process();
	pid = fork();
	if (pid == 0)
		_exit(look_at_parent());
	must(waitpid(pid, &status, 0) == pid && WIFEXITED(status), "waitpid");
	return WEXITSTATUS(status);
}

static int be_open(void)
{
	return be_looked_at(false);
}

static int be_closed(void)
{
	return be_looked_at(true);
}

TEST(looking)
{
	static const struct try look = {"a look into /proc", NULL, 0, 0, 0};

	check_status(&look, "not confined", attempt(be_open, 0), 0);
	check_status(&look, "confined", attempt(be_closed, 0), EACCES);
}

static int call_abort(void)
{
	abort();
}

TEST(abort)
{
	int status = attempt(call_abort, FILTER | FILES);

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

#ifdef __x86_64__

static int call_as_i386(void)
{
	long result;

	signal(SIGSEGV, SIG_DFL); /* cmocka's handler would make an exit of it */
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20L /* getpid */) : "memory");
	return result < 0 ? (int)-result : 0;
}

/* Numbers mean other calls there, so none is let through; some kernels have none of them. */
TEST(other_architecture)
{
	int without = attempt(call_as_i386, 0), with = attempt(call_as_i386, FILTER | FILES);

	if (!confine_filter_exists())
		skip();
	assert_true(WIFSIGNALED(with));
	assert_int_equal(WTERMSIG(with), WIFSIGNALED(without) ? SIGSEGV : SIGSYS);
}

static int call_as_x32(void)
{
	return syscall(0x40000000 | SYS_getpid) < 0 ? errno : 0;
}

TEST(x32)
{
	static const struct try x32 = {"x32", call_as_x32, FILTER, 0, SKIP};

	if (!confine_filter_exists())
		skip();
	check_status(&x32, "as a worker", attempt(call_as_x32, FILTER | FILES), EPERM);
}

#endif
