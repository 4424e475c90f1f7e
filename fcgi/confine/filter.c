#include "confine/filter.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"

/*
 * These architectures have arguments of 64 bits, the lower half first, which the rules look at,
 * and no socketcall, whose arguments a filter could not see.
 */
#if defined(__x86_64__) && defined(__LP64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__LP64__) && defined(__AARCH64EL__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#ifdef ARCHITECTURE

enum condition { ALWAYS, EQUALS, LACKS };

/*
 * A rule is about a call: ALWAYS, or if its argument of that index EQUALS `value`, or if it LACKS
 * all bits of `value`.
 */
struct rule {
	uint32_t call;
	enum condition condition;
	uint32_t argument, value;
};

#define SELF UINT32_MAX /* in `value`: the pid of this process */

#define CALL(name)                                                                                 \
	{                                                                                          \
		__NR_##name, ALWAYS, 0, 0                                                          \
	}
#define CALL_IF(name, c, a, v)                                                                     \
	{                                                                                          \
		__NR_##name, c, a, v                                                               \
	}

#if CONFINE_SANITIZED

#define VERDICT   (SECCOMP_RET_ERRNO | EPERM)
#define OTHERWISE SECCOMP_RET_ALLOW

/*
 * clone is refused unless it has CLONE_VM: the leak check at exit is a process that shares the
 * memory of this one and traces it.
 */
static const struct rule rules[] = {
#ifdef __NR_fork
	CALL(fork),
	CALL(vfork),
#endif
	CALL_IF(clone, LACKS, 0, CLONE_VM),
	CALL(clone3),
	CALL(execve),
	CALL(execveat),
	CALL(kill),
	CALL(tkill),
	CALL(pidfd_open),
	CALL(pidfd_getfd),
	CALL(pidfd_send_signal),
	CALL(process_vm_readv),
	CALL(process_vm_writev),
	CALL(socket),
	CALL(socketpair),
	CALL(connect),
	CALL(bind),
	CALL(listen),
	CALL(chroot),
	CALL(pivot_root),
	CALL(mount),
	CALL(umount2),
	CALL(unshare),
	CALL(setns),
	CALL(setuid),
	CALL(setgid),
	CALL(setreuid),
	CALL(setregid),
	CALL(setresuid),
	CALL(setresgid),
	CALL(setgroups),
	CALL(capset),
	CALL(bpf),
	CALL(keyctl),
	CALL(add_key),
	CALL(request_key),
	CALL(perf_event_open),
	CALL(userfaultfd),
	CALL(io_uring_setup),
};

#else

#define VERDICT   SECCOMP_RET_ALLOW
#define OTHERWISE (SECCOMP_RET_ERRNO | EPERM)

static const struct rule rules[] = {
/* These are for the connection, the child's pipes, the keeper and the log. */
#ifdef __NR_poll
	CALL(poll),
#endif
	CALL(ppoll),
	CALL(read),
	CALL(readv),
	CALL(write),
	CALL(writev),
	CALL(accept),
	CALL(accept4),
	CALL(recvmsg),
	CALL(recvfrom),
	CALL(sendmsg),
	CALL(sendto),
	CALL(shutdown),
	CALL(close),
	CALL(getsockopt),
	CALL(setsockopt),
	CALL(getsockname),
	CALL(getpeername),
	CALL(fstat),
	CALL(lseek),
	CALL_IF(fcntl, EQUALS, 1, F_GETFD),
	CALL_IF(fcntl, EQUALS, 1, F_SETFD),
	CALL_IF(fcntl, EQUALS, 1, F_GETFL),
	CALL_IF(fcntl, EQUALS, 1, F_SETFL),
	/* These are for the handoffs of kept children. */
	CALL(memfd_create),
	CALL(pread64),
	CALL(pwrite64),
	/* These are for memory, time and random numbers. */
	CALL(brk),
	CALL_IF(mmap, LACKS, 2, PROT_EXEC),
	CALL_IF(mprotect, LACKS, 2, PROT_EXEC),
	CALL(mremap),
	CALL(munmap),
	CALL(madvise),
	CALL(futex),
	CALL(sched_yield),
	CALL(clock_gettime),
	CALL(gettimeofday),
	CALL(clock_nanosleep),
	CALL(nanosleep),
	CALL(setitimer),
	CALL(getrandom),
	/* These are about the process itself and its end. */
	CALL(getpid),
	CALL(gettid),
	CALL(rt_sigaction),
	CALL(rt_sigprocmask),
	CALL(rt_sigreturn),
	CALL(restart_syscall),
	CALL_IF(tgkill, EQUALS, 0, SELF),
	CALL(exit),
	CALL(exit_group),
};

#endif

#define DATA(member) offsetof(struct seccomp_data, member)

#define LOAD(offset)           BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define RETURN(what)           BPF_STMT(BPF_RET | BPF_K, (what))
#define JUMP(test, k, yes, no) BPF_JUMP(BPF_JMP | (test) | BPF_K, (k), (yes), (no))

#define RULE_SIZE 5
#define MAX_SIZE  (5 + ARRAY_LEN(rules) * RULE_SIZE)

static_assert(MAX_SIZE <= BPF_MAXINSNS, "the kernel takes a filter of this size");

struct filter {
	struct sock_filter code[MAX_SIZE];
	size_t n;
};

static void add(struct filter *f, const struct sock_filter *code, size_t n)
{
	for (size_t i = 0; i < n; i++)
		f->code[f->n++] = code[i];
}

/* The code of a rule finds the number of the call in the accumulator, and leaves it there. */
static void add_rule(struct filter *f, const struct rule *r)
{
	uint32_t value = r->value == SELF ? (uint32_t)getpid() : r->value;
	struct sock_filter always[] = {
		JUMP(BPF_JEQ, r->call, 0, 1),
		RETURN(VERDICT),
	};
	struct sock_filter some[RULE_SIZE] = {
		JUMP(BPF_JEQ, r->call, 0, 4),
		LOAD(DATA(args) + r->argument * sizeof(uint64_t)),
		r->condition == EQUALS ? (struct sock_filter)JUMP(BPF_JEQ, value, 0, 1)
				       : (struct sock_filter)JUMP(BPF_JSET, value, 1, 0),
		RETURN(VERDICT),
		LOAD(DATA(nr)),
	};

	if (r->condition == ALWAYS)
		add(f, always, ARRAY_LEN(always));
	else
		add(f, some, ARRAY_LEN(some));
}

int confine_filter_install(void)
{
	const struct sock_filter head[] = {
		LOAD(DATA(arch)),
		JUMP(BPF_JEQ, ARCHITECTURE, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		LOAD(DATA(nr)),
	};
	const struct sock_filter tail[] = {RETURN(OTHERWISE)};
	struct filter f = {.n = 0};
	struct sock_fprog program = {.filter = f.code};

	add(&f, head, ARRAY_LEN(head));
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		add_rule(&f, &rules[i]);
	add(&f, tail, ARRAY_LEN(tail));
	program.len = (unsigned short)f.n;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

bool confine_filter_exists(void)
{
	/* With a null pointer in place of a filter, a kernel that has filters fails with EFAULT. */
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) < 0 && errno == EFAULT;
}

#else

int confine_filter_install(void)
{
	errno = ENOSYS;
	return -1;
}

bool confine_filter_exists(void)
{
	return false;
}

#endif
