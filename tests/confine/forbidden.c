#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "confine/tries.h"

static int of(long result)
{
	return result < 0 ? errno : 0;
}

static char name[] = "true";
static char *const argv[] = {name, NULL};
static char *const no_env[] = {NULL};

/* programs and processes */

static int exec(void)
{
	return of(execve("/bin/true", argv, no_env));
}

static int exec_at(void)
{
	return of(syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, no_env, 0));
}

static int exec_memory(void)
{
	return of(syscall(SYS_execveat, prepared.program, "", argv, no_env, AT_EMPTY_PATH));
}

static int fork_it(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 ? errno : of(waitpid(pid, NULL, 0));
}

static int clone_it(void)
{
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, rest[6];
	} args = {.exit_signal = SIGCHLD};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		_exit(0);
	return of(pid);
}

static int trace(void)
{
	return of(ptrace(PTRACE_SEIZE, prepared.parent, NULL, NULL));
}

static int read_memory(void)
{
	char byte;
	struct iovec here = {&byte, 1}, there = {&prepared, 1};

	return of(process_vm_readv(prepared.parent, &here, 1, &there, 1, 0));
}

static int write_memory(void)
{
	char byte = prepared.dir[0];
	struct iovec here = {&byte, 1}, there = {&prepared, 1};

	return of(process_vm_writev(prepared.parent, &here, 1, &there, 1, 0));
}

static int signal_other(void)
{
	return of(kill(prepared.parent, 0));
}

static int signal_thread(void)
{
	return of(syscall(SYS_tgkill, prepared.parent, prepared.parent, 0));
}

static int signal_owner(void)
{
	return of(fcntl(prepared.pair[0], F_SETOWN, prepared.parent));
}

static int pidfd(void)
{
	return of(syscall(SYS_pidfd_open, prepared.parent, 0));
}

/* files */

static int open_read(void)
{
	return of(open("/etc/passwd", O_RDONLY));
}

static int open_write(void)
{
	return of(open("/dev/null", O_WRONLY));
}

static int open_proc(void)
{
	return of(open("/proc/self/environ", O_RDONLY));
}

static int open_dir(void)
{
	return of(open("/", O_RDONLY | O_DIRECTORY));
}

static int create(void)
{
	return of(open(prepared.other, O_WRONLY | O_CREAT, 0600));
}

static int create_nameless(void)
{
	return of(open(prepared.dir, O_WRONLY | O_TMPFILE, 0600));
}

static int make_dir(void)
{
	return of(mkdir(prepared.other, 0700));
}

static int make_link(void)
{
	return of(symlink("/etc/passwd", prepared.other));
}

static int make_fifo(void)
{
	return of(mkfifo(prepared.other, 0600));
}

static int remove_file(void)
{
	return of(unlink(prepared.file));
}

static int rename_file(void)
{
	return of(rename(prepared.file, prepared.other));
}

static int cut_file(void)
{
	return of(truncate(prepared.file, 0));
}

static int cut_open_file(void)
{
	return of(ftruncate(prepared.file_fd, 0));
}

static int change_mode(void)
{
	return of(chmod(prepared.file, 0600));
}

static int look_at(void)
{
	struct stat st;

	return of(stat("/etc/passwd", &st));
}

static int change_dir(void)
{
	return of(chdir("/"));
}

/* sockets, and other new descriptors */

static int new_socket(void)
{
	return of(socket(AF_INET, SOCK_STREAM, 0));
}

static int new_unix_socket(void)
{
	return of(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int new_pair(void)
{
	int pair[2];

	return of(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

static int new_pipe(void)
{
	int ends[2];

	return of(pipe(ends));
}

static int new_number(void)
{
	return of(dup(0));
}

static struct sockaddr_in port(unsigned short number)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = number,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static int connect_port(void)
{
	struct sockaddr_in to = port(prepared.port);

	return of(connect(prepared.tcp, (struct sockaddr *)&to, sizeof(to)));
}

static int bind_port(void)
{
	struct sockaddr_in to = port(0);

	return of(bind(prepared.tcp, (struct sockaddr *)&to, sizeof(to)));
}

static int listen_on(void)
{
	return of(listen(prepared.listener, 2));
}

/* memory that could be executed, or shared */

static int map_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int make_code(void)
{
	return of(mprotect(prepared.page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC));
}

static int share_memory(void)
{
	int id = shmget(IPC_PRIVATE, 4096, 0600);

	return id < 0 ? errno : of(shmctl(id, IPC_RMID, NULL));
}

/* rights and limits */

static int be_dumpable(void)
{
	return of(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

static int set_uid(void)
{
	return of(setuid(getuid()));
}

static int set_limit(void)
{
	struct rlimit none = {0, 0};

	return of(setrlimit(RLIMIT_CORE, &none));
}

static int leave_namespace(void)
{
	return of(unshare(CLONE_FILES));
}

static int control_device(void)
{
	int n;

	return of(ioctl(prepared.pair[0], FIONREAD, &n));
}

/* The arguments of these make no sense, so they fail in some other way where they may be called. */

static int mount_it(void)
{
	return of(mount(NULL, NULL, NULL, 0, NULL));
}

static int change_root(void)
{
	return of(chroot(""));
}

static int call_bpf(void)
{
	return of(syscall(SYS_bpf, -1, NULL, 0));
}

static int call_keyctl(void)
{
	return of(syscall(SYS_keyctl, -1, 0, 0, 0, 0));
}

static int call_perf(void)
{
	return of(syscall(SYS_perf_event_open, NULL, -1, -1, -1, 0));
}

static int call_uring(void)
{
	return of(syscall(SYS_io_uring_setup, 0, NULL));
}

static int call_userfaultfd(void)
{
	return of(syscall(SYS_userfaultfd, -1));
}

static int call_unknown(void)
{
	return of(syscall(100000));
}

const struct try forbidden[] = {
	{"execve", exec, FILTER | FILES, 1, 0},
	{"execveat", exec_at, FILTER | FILES, 1, 0},
	{"execveat of memory", exec_memory, FILTER, 0, 0},
	{"fork", fork_it, FILTER, 0, 0},
	{"clone3", clone_it, FILTER, 0, 0},
	{"ptrace", trace, FILTER | FILES, 1, SKIP},
	{"process_vm_readv", read_memory, FILTER | FILES, 1, SKIP},
	{"process_vm_writev", write_memory, FILTER | FILES, 1, SKIP},
	{"kill", signal_other, FILTER | FILES, 6, 0},
	{"tgkill", signal_thread, FILTER | FILES, 6, 0},
	{"fcntl F_SETOWN", signal_owner, FILTER, 0, 0},
	{"pidfd_open", pidfd, FILTER, 0, 0},
	{"open for reading", open_read, FILTER | FILES, 1, 0},
	{"open for writing", open_write, FILTER | FILES, 1, 0},
	{"open in /proc", open_proc, FILTER | FILES, 1, 0},
	{"open a directory", open_dir, FILTER | FILES, 1, 0},
	{"create", create, FILTER | FILES, 1, 0},
	{"create without a name", create_nameless, FILTER | FILES, 1, SKIP},
	{"mkdir", make_dir, FILTER | FILES, 1, 0},
	{"symlink", make_link, FILTER | FILES, 1, 0},
	{"mkfifo", make_fifo, FILTER | FILES, 1, 0},
	{"unlink", remove_file, FILTER | FILES, 1, 0},
	{"rename", rename_file, FILTER | FILES, 1, 0},
	{"truncate", cut_file, FILTER | FILES, 3, 0},
	{"ftruncate", cut_open_file, FILTER, 0, 0},
	{"chmod", change_mode, FILTER, 0, 0},
	{"stat", look_at, FILTER, 0, 0},
	{"chdir", change_dir, FILTER, 0, 0},
	{"socket AF_INET", new_socket, FILTER, 0, 0},
	{"socket AF_UNIX", new_unix_socket, FILTER, 0, 0},
	{"socketpair", new_pair, FILTER, 0, 0},
	{"pipe", new_pipe, FILTER, 0, 0},
	{"dup", new_number, FILTER, 0, 0},
	{"connect", connect_port, FILTER | FILES, 4, 0},
	{"bind", bind_port, FILTER | FILES, 4, 0},
	{"listen", listen_on, FILTER, 0, 0},
	{"mmap PROT_EXEC", map_code, FILTER, 0, 0},
	{"mprotect PROT_EXEC", make_code, FILTER, 0, 0},
	{"shmget", share_memory, FILTER, 0, 0},
	{"PR_SET_DUMPABLE", be_dumpable, FILTER, 0, 0},
	{"setuid", set_uid, FILTER, 0, 0},
	{"setrlimit", set_limit, FILTER, 0, 0},
	{"unshare", leave_namespace, FILTER, 0, 0},
	{"ioctl", control_device, FILTER, 0, 0},
	{"mount", mount_it, FILTER, 0, SKIP},
	{"chroot", change_root, FILTER, 0, SKIP},
	{"bpf", call_bpf, FILTER, 0, SKIP},
	{"keyctl", call_keyctl, FILTER, 0, SKIP},
	{"perf_event_open", call_perf, FILTER, 0, SKIP},
	{"io_uring_setup", call_uring, FILTER, 0, SKIP},
	{"userfaultfd", call_userfaultfd, FILTER, 0, SKIP},
	{"a call there is not", call_unknown, FILTER, 0, ENOSYS},
};
const size_t n_forbidden = ARRAY_LEN(forbidden);
