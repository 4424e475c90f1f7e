#include "keeper/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_PASSED_FD 3

static bool is_listening(int fd)
{
	int listening = 0;
	socklen_t size = sizeof(listening);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening;
}

/* What is no number counts as 0: nothing was passed in this way. */
static unsigned long number_in(const char *variable)
{
	const char *text = getenv(variable);
	unsigned long n;
	char *end;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return 0;
	errno = 0;
	n = strtoul(text, &end, 10);
	return *end == '\0' && errno == 0 ? n : 0;
}

/* The variables may have been meant for a parent, whose pid LISTEN_PID is then. */
static unsigned long count_passed(void)
{
	return number_in("LISTEN_PID") == (unsigned long)getpid() ? number_in("LISTEN_FDS") : 0;
}

bool listener_is_given(void)
{
	return is_listening(STDIN_FILENO) || count_passed() > 0;
}

int listener_take(struct err *err)
{
	unsigned long n;

	if (is_listening(STDIN_FILENO))
		return 0;
	n = count_passed();
	if (n != 1)
		return err_set(err, ERR_INTERNAL,
			"%lu sockets were passed with LISTEN_FDS: it takes one", n);
	if (!is_listening(FIRST_PASSED_FD))
		return err_set(err, ERR_INTERNAL,
			"what was passed with LISTEN_FDS is not a listening socket");
	if (dup2(FIRST_PASSED_FD, STDIN_FILENO) < 0)
		return err_set(
			err, ERR_INTERNAL, "the socket cannot be moved: %s", strerror(errno));
	close(FIRST_PASSED_FD);
	return 0;
}

/* The kernel knows the maker of a local socket only. */
static bool is_made_by_us(int fd)
{
	struct ucred maker;
	socklen_t size = sizeof(maker);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &maker, &size) == 0 && maker.pid == getpid();
}

void listener_refuse(void)
{
	int fd;

	if (!is_listening(STDIN_FILENO) || !is_made_by_us(STDIN_FILENO))
		return;
	shutdown(STDIN_FILENO, SHUT_RDWR);
	fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
	while ((fd = accept(STDIN_FILENO, NULL, NULL)) >= 0)
		close(fd);
}
