/*
 * Holds a listening socket as systemd does for a socket unit: hold 0|3 PATH BACKLOG PROGRAM...
 *
 * PROGRAM is started when somebody connects, on descriptor 0, or on descriptor 3 with
 * LISTEN_FDS. SIGHUP restarts it: SIGTERM, its end, and a start at the next connection,
 * which may have been made meanwhile. SIGUSR1 makes the socket blocking, as systemd does
 * when it reloads a service. SIGTERM ends PROGRAM and this; the exit status is its own.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int bind_socket(const char *path, int backlog)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
		chmod(path, 0666) < 0 || listen(fd, backlog) < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

static _Noreturn void become(int as, int fd, char **argv)
{
	char pid[16];
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (as == 3) {
		setenv("LISTEN_PID", pid, 1);
		setenv("LISTEN_FDS", "1", 1);
	}
	if (fd == as)
		fcntl(fd, F_SETFD, 0);
	else
		dup2(fd, as);
	execv(argv[0], argv);
	perror(argv[0]);
	exit(127);
}

int main(int argc, char **argv)
{
	int as = argc > 4 ? atoi(argv[1]) : -1;
	int fd, status = 0;
	bool stopping = false;
	pid_t pid = 0;
	sigset_t ours;
	struct pollfd fds[2] = {{.events = POLLIN}, {.events = POLLIN}};

	if (as != 0 && as != 3)
		return 2;
	fd = bind_socket(argv[2], atoi(argv[3]));
	sigemptyset(&ours);
	sigaddset(&ours, SIGHUP);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGUSR1);
	sigaddset(&ours, SIGCHLD);
	sigprocmask(SIG_BLOCK, &ours, NULL);
	fds[0].fd = signalfd(-1, &ours, SFD_CLOEXEC);
	while (!stopping || pid > 0) {
		struct signalfd_siginfo info;

		fds[1].fd = pid > 0 ? -1 : fd;
		if (poll(fds, 2, -1) < 0)
			return 1;
		if (fds[0].revents == 0) {
			pid = fork();
			if (pid == 0)
				become(as, fd, argv + 4);
			continue;
		}
		if (read(fds[0].fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
			return 1;
		stopping = stopping || info.ssi_signo == SIGTERM;
		if (info.ssi_signo == SIGUSR1)
			fcntl(fd, F_SETFL, 0);
		if ((info.ssi_signo == SIGHUP || info.ssi_signo == SIGTERM) && pid > 0)
			kill(pid, SIGTERM);
		if (info.ssi_signo == SIGCHLD && waitpid(pid, &status, WNOHANG) == pid)
			pid = 0;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
