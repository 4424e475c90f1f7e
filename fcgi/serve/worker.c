#include "serve/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "confine/confine.h"
#include "gateway/gateway.h"
#include "serve/exchange.h"
#include "serve/serve.h"

/*
 * Every worker polls the socket; the one that comes second must not block in accept. The
 * flag for that is shared with all who hold the socket, and systemd takes it back whenever it
 * runs something for a unit with StandardInput=socket, such as a reload.
 */
static bool accept_request(struct gateway *g)
{
	fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK);
	return gateway_accept(g);
}

int worker_run(void *arg, int keeper_fd)
{
	struct worker w = *(const struct worker *)arg;
	struct gateway *g = gateway_create(STDIN_FILENO);
	struct pollfd fds[2] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = keeper_fd, .events = POLLIN},
	};

	lease_init(&w.asker.lease, keeper_fd);
	confine_worker();
	while (!w.asker.lease.draining) {
		if (poll(fds, 2, -1) <= 0)
			continue;
		if (fds[1].revents != 0)
			lease_listen(&w.asker.lease);
		else if (accept_request(g))
			serve(&w, g);
	}
	gateway_destroy(g);
	lease_finish(&w.asker.lease);
	return 0;
}

void worker_run_cgi(struct worker *w, int keeper_fd)
{
	struct gateway *g = gateway_create_cgi();

	lease_init(&w->asker.lease, keeper_fd);
	confine_worker();
	serve(w, g);
	gateway_destroy(g);
	lease_finish(&w->asker.lease);
}
