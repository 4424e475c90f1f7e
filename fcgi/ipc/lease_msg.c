#include "ipc/lease_msg.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Where descriptors travel, aligned as the kernel's header of them. */
union control {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(LEASE_MAX_FDS * sizeof(int))];
};

int lease_send(int pair_fd, const struct lease_msg *m, const int *fds, size_t n, bool may_wait)
{
	union control control = {
		.head =
			{
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS,
				.cmsg_len = CMSG_LEN(n * sizeof(int)),
			},
	};
	struct lease_msg copy = *m;
	struct iovec part = {&copy, sizeof(copy)};
	struct msghdr h = {.msg_iov = &part, .msg_iovlen = 1};

	if (n > 0) {
		memcpy(CMSG_DATA(&control.head), fds, n * sizeof(int));
		h.msg_control = &control;
		h.msg_controllen = CMSG_SPACE(n * sizeof(int));
	}
	while (sendmsg(pair_fd, &h, MSG_NOSIGNAL | (may_wait ? 0 : MSG_DONTWAIT)) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

void lease_close_fds(int fds[LEASE_MAX_FDS])
{
	for (size_t i = 0; i < LEASE_MAX_FDS; i++) {
		if (fds[i] >= 0)
			close(fds[i]);
		fds[i] = -1;
	}
}

/* The kernel has dropped those that have no place in `control`. */
static void copy_fds(struct msghdr *h, int fds[LEASE_MAX_FDS])
{
	const struct cmsghdr *c = CMSG_FIRSTHDR(h);

	for (size_t i = 0; i < LEASE_MAX_FDS; i++)
		fds[i] = -1;
	if (c != NULL && c->cmsg_type == SCM_RIGHTS)
		memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
}

int lease_receive(int pair_fd, struct lease_msg *m, int fds[LEASE_MAX_FDS])
{
	union control control;
	struct iovec part = {m, sizeof(*m)};
	struct msghdr h = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got;

	do {
		got = recvmsg(pair_fd, &h, MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		h.msg_controllen = 0;
	copy_fds(&h, fds);
	if (got == (ssize_t)sizeof(*m))
		return 0;
	lease_close_fds(fds);
	return -1;
}
