/*
 * Preloaded into the gateway: makes one allocation fail, or the time of day jump.
 *
 * The test that started it says what, when and where in a file that both have mapped (FAULT_PAGE);
 * shim.mjs has the same layout. After the start the kernel is asked for nothing but what the
 * gateway asks for, so a worker's filter lets it be. What libfcgi allocates is left alone: it does
 * not check.
 */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum place { NOWHERE, STARTING, KEEPER, WORKER_STARTING, SERVING };

struct page {
	atomic_int place;   /* where allocations are counted */
	atomic_int nth;     /* the one that fails; 0: none */
	atomic_int count;   /* so many there were */
	atomic_int failed;  /* whether it has been */
	atomic_llong ahead; /* seconds that the time of day is wrong by */
};

/* glibc's own, under the names that nothing stands in front of. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static struct page *page;
static enum place place = STARTING;
static uintptr_t libfcgi[2];

static void after_fork(void)
{
	place = WORKER_STARTING;
}

static int find_libfcgi(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	if (strstr(info->dlpi_name, "/libfcgi.so") == NULL)
		return 0;
	for (size_t i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

		if (info->dlpi_phdr[i].p_type != PT_LOAD || !(info->dlpi_phdr[i].p_flags & PF_X))
			continue;
		libfcgi[0] = start;
		libfcgi[1] = start + info->dlpi_phdr[i].p_memsz;
	}
	return 1;
}

__attribute__((constructor)) static void map_page(void)
{
	const char *path = getenv("FAULT_PAGE");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *p = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	close(fd);
	/* What starts the gateway gets the shim as well, and is left alone. */
	if (dl_iterate_phdr(find_libfcgi, NULL) == 0)
		return;
	if (p == MAP_FAILED || pthread_atfork(NULL, NULL, after_fork) != 0)
		_exit(71);
	page = p;
}

static bool fails(const void *caller)
{
	uintptr_t at = (uintptr_t)caller;

	if (page == NULL || atomic_load(&page->place) != (int)place ||
		(at >= libfcgi[0] && at < libfcgi[1]))
		return false;
	if (atomic_fetch_add(&page->count, 1) + 1 != atomic_load(&page->nth))
		return false;
	atomic_store(&page->failed, 1);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(p, size);
}

/* libfcgi's way to a connection: what follows is for a request. */
int accept(int fd, struct sockaddr *addr, socklen_t *size)
{
	int connection = accept4(fd, addr, size, 0);

	if (connection >= 0)
		place = SERVING;
	return connection;
}

/* Only the keeper has one, once: it has started. */
int signalfd(int fd, const sigset_t *mask, int flags)
{
	place = KEEPER;
	return (int)syscall(SYS_signalfd4, fd, mask, _NSIG / 8, flags);
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	int result = (int)syscall(SYS_clock_gettime, clock, ts);

	if (result == 0 && clock == CLOCK_REALTIME && page != NULL)
		ts->tv_sec += atomic_load(&page->ahead);
	return result;
}

time_t time(time_t *where)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (where != NULL)
		*where = ts.tv_sec;
	return ts.tv_sec;
}
