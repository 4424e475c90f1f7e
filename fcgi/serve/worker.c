#include "serve/worker.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "confine/confine.h"
#include "gateway/gateway.h"
#include "serve/exchange.h"
#include "serve/serve.h"

static struct server server_of(const struct worker *w, int keeper_fd)
{
	struct server s = {
		.cfg = w->cfg,
		.catalog = w->catalog,
		.metrics = w->metrics,
		.installed_at = w->installed_at,
		.secret = w->secret,
	};

	lease_init(&s.lease, keeper_fd);
	return s;
}

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
	const struct worker *w = arg;
	struct server s = server_of(w, keeper_fd);
	struct gateway *g = gateway_create(STDIN_FILENO);
	struct pollfd fds[2] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = keeper_fd, .events = POLLIN},
	};

	confine_worker();
	while (!s.lease.draining) {
		if (poll(fds, 2, -1) <= 0)
			continue;
		if (fds[1].revents != 0)
			lease_listen(&s.lease);
		else if (accept_request(g))
			serve(&s, g);
	}
	gateway_destroy(g);
	lease_finish(&s.lease);
	return 0;
}

void worker_run_cgi(const struct worker *w, int keeper_fd)
{
	struct server s = server_of(w, keeper_fd);
	struct gateway *g = gateway_create_cgi();

	confine_worker();
	serve(&s, g);
	gateway_destroy(g);
	lease_finish(&s.lease);
}
