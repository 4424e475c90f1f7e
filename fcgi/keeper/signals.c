#include "keeper/signals.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/mem.h"

static const int blocked[] = {SIGTERM, SIGINT, SIGCHLD, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2};

int signals_open(void)
{
	sigset_t set;

	/* A parent may have left it ignored, and the kernel would then reap the children itself. */
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_LEN(blocked); i++)
		sigaddset(&set, blocked[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int signals_next(int fd)
{
	struct signalfd_siginfo info;

	return read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}
