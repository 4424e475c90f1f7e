#include "gateway/crash.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/mem.h"

/*
 * The size that the send buffer is given for the last bytes: an answer that nobody reads may have
 * filled the size that it has by itself, which is less.
 */
#define CRASH_ROOM (1 << 20)

static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};

static struct sigaction before[ARRAY_LEN(signals)];
static volatile sig_atomic_t broken = -1;

/*
 * Zeros are no record, because a record begins with its version, which is 1. It runs in a signal
 * handler, so all its calls are async-signal-safe.
 */
static void break_off(void)
{
	static const char no_record[8];
	int more = CRASH_ROOM;

	if (broken < 0)
		return;
	setsockopt(broken, SOL_SOCKET, SO_SNDBUF, &more, sizeof(more));
	send(broken, no_record, sizeof(no_record), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void on_crash(int signo)
{
	break_off();
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		if (signals[i] == signo)
			sigaction(signo, &before[i], NULL);
	raise(signo);
}

void crash_watch(void)
{
	struct sigaction action = {.sa_handler = on_crash};

	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaction(signals[i], &action, &before[i]);
	at_quick_exit(break_off);
}

void crash_breaks(int connection)
{
	broken = connection;
}

void crash_now(void)
{
	break_off();
	shutdown(broken, SHUT_RDWR);
	broken = -1;
}
