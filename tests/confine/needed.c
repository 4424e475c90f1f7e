#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "confine/tries.h"
#include "ipc/lease_msg.h"

/* As gateway.c and libfcgi do it. */
static int serve_connection(void)
{
	struct timeval patience = {.tv_sec = 1};
	struct pollfd p = {.fd = prepared.listener, .events = POLLIN};
	int fd;
	char byte;

	if (poll(&p, 1, 1000) != 1 || (fd = accept(prepared.listener, NULL, NULL)) < 0)
		return errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0 ||
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0 ||
		read(fd, &byte, 1) != 1 || write(fd, &byte, 1) != 1 || shutdown(fd, SHUT_WR) < 0)
		return errno;
	return close(fd) < 0 ? errno : 0;
}

/* As lease.c does it, with the keeper at the other end. */
static int pass_note(void)
{
	struct lease_msg m = {.op = LEASE_PARK};
	int fds[LEASE_MAX_FDS];
	int fd = memfd_create("note", MFD_CLOEXEC);
	char got[5];

	if (fd < 0 || pwrite(fd, "note", 5, 0) != 5)
		return errno;
	if (lease_send(prepared.pair[0], &m, &fd, 1, true) < 0)
		return errno;
	if (lease_receive(prepared.pair[1], &m, fds) < 0 || pread(fds[0], got, 5, 0) != 5)
		return errno;
	close(fd);
	lease_close_fds(fds);
	return strcmp(got, "note");
}

static int use_memory(void)
{
	char *all[40];

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		all[i] = mem_alloc((size_t)1 << (i % 25));
		all[i] = mem_grow(all[i], (size_t)2 << (i % 25));
		memset(all[i], 'x', (size_t)2 << (i % 25));
	}
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		free(all[i]);
	return 0;
}

static int tell_time(void)
{
	return clock_ms() > 0 && time(NULL) > 0 ? 0 : EINVAL;
}

static int log_line(void)
{
	log_set_level(LOG_LEVEL_INFO);
	log_info("the log of a confined process");
	return 0;
}

static int be_random(void)
{
	randombytes_uniform(36);
	return 0;
}

static int change_mask(void)
{
	sigset_t set, before;

	sigfillset(&set);
	return sigprocmask(SIG_BLOCK, &set, &before) < 0 || signal(SIGUSR1, SIG_IGN) == SIG_ERR ||
			       sigprocmask(SIG_SETMASK, &before, NULL) < 0
		       ? errno
		       : 0;
}

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
	caught = sig;
}

/* abort() raises a signal as well: an assertion that fails has to look like one. */
static int raise_own(void)
{
	signal(SIGUSR1, on_signal);
	return raise(SIGUSR1) != 0 || caught != SIGUSR1 ? EINVAL : 0;
}

static int exit_well(void)
{
	exit(fputs("", stdout) < 0);
}

const struct try needed[] = {
	{"a connection", serve_connection, 0, 0, 0},
	{"a note", pass_note, 0, 0, 0},
	{"memory", use_memory, 0, 0, 0},
	{"time", tell_time, 0, 0, 0},
	{"the log", log_line, 0, 0, 0},
	{"random bytes", be_random, 0, 0, 0},
	{"the signal mask", change_mask, 0, 0, 0},
	{"a signal to itself", raise_own, 0, 0, 0},
	{"exit", exit_well, 0, 0, 0},
};
const size_t n_needed = ARRAY_LEN(needed);
