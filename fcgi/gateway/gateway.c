#include "gateway/gateway.h"

#include <errno.h>
#include <fcgiapp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/secret.h"
#include "gateway/crash.h"

struct gateway {
	bool cgi;
	bool broken; /* CGI: a write failed */
	FCGX_Request fcgi;
	struct buf out; /* CGI: written, not yet flushed */
};

/* A CGI answer is flushed long before this. */
#define CGI_OUT_MAX ((size_t)64 << 20)

/* The pause before the next accept, after one that failed for want of descriptors or memory. */
#define SHORTAGE_MS 100

/* How much of a body that nobody reads is drained, and how long each piece of it is waited for. */
#define CGI_DRAIN_MAX ((size_t)64 << 20)
#define CGI_DRAIN_MS  1000

static void on_alarm(int signo)
{
	(void)signo;
}

/* There is no SA_RESTART: a call that the alarm interrupts must not go on by itself. */
static void allow_alarm(void)
{
	struct sigaction action = {.sa_handler = on_alarm};
	sigset_t alarms;

	sigaction(SIGALRM, &action, NULL);
	sigemptyset(&alarms);
	sigaddset(&alarms, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &alarms, NULL);
}

/*
 * The alarm comes at the deadline, or now if that has passed, and then every second: an alarm that
 * comes between two calls of read interrupts nothing, but the next one will.
 */
static void set_alarm(long long deadline)
{
	int left = clock_until(deadline), ms = left > 0 ? left : 1;
	struct itimerval timer = {
		.it_value = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000L},
		.it_interval.tv_sec = 1,
	};

	setitimer(ITIMER_REAL, &timer, NULL);
}

static void unset_alarm(void)
{
	setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_sec = 0}, NULL);
}

struct gateway *gateway_create(int listen_fd)
{
	struct gateway *g = mem_alloc(sizeof(*g));

	allow_alarm();
	FCGX_Init();
	crash_watch();
	FCGX_InitRequest(&g->fcgi, listen_fd, FCGI_FAIL_ACCEPT_ON_INTR);
	return g;
}

struct gateway *gateway_create_cgi(void)
{
	struct gateway *g = mem_alloc(sizeof(*g));

	allow_alarm();
	g->cgi = true;
	buf_init(&g->out, CGI_OUT_MAX);
	return g;
}

void gateway_destroy(struct gateway *g)
{
	if (g == NULL)
		return;
	if (!g->cgi)
		FCGX_Free(&g->fcgi, 1);
	buf_finish(&g->out);
	free(g);
}

/*
 * A connection that cannot be accepted for want of descriptors or memory stays in the queue, so
 * that poll would return at once, again and again.
 */
static bool is_shortage(int error)
{
	return error == ENFILE || error == EMFILE || error == ENOBUFS || error == ENOMEM;
}

/*
 * libfcgi accepts a connection and reads the parameters in one call, so no timeout can be set on
 * the connection in between, and a Unix socket inherits none from the one that listens. Nor would
 * a timeout bound parameters that come byte by byte. The alarm does: libfcgi drops a connection
 * whose read was interrupted.
 */
static bool accept_in_time(struct gateway *g)
{
	int result;

	set_alarm(clock_ms() + GATEWAY_HEAD_SECONDS * 1000LL);
	result = FCGX_Accept_r(&g->fcgi);
	unset_alarm();
	if (is_shortage(-result))
		poll(NULL, 0, SHORTAGE_MS);
	return result == 0;
}

bool gateway_accept(struct gateway *g)
{
	struct timeval patience = {.tv_sec = GATEWAY_SEND_SECONDS};

	if (g->cgi)
		return true;
	if (!accept_in_time(g))
		return false;
	/* A reader that stopped reading must not hold a worker in write() for ever. */
	setsockopt(g->fcgi.ipcFd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(g->fcgi.ipcFd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	crash_breaks(g->fcgi.ipcFd);
	return true;
}

/*
 * A web server that is still writing the body when its CGI program ends sees a reset, and
 * may lose the answer with it.
 */
static void drain_stdin(void)
{
	struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
	char waste[65536];

	for (size_t left = CGI_DRAIN_MAX / sizeof(waste); left > 0; left--)
		if (poll(&p, 1, CGI_DRAIN_MS) <= 0 || read(STDIN_FILENO, waste, sizeof(waste)) <= 0)
			return;
}

void gateway_end(struct gateway *g)
{
	if (g->cgi) {
		gateway_flush(g);
		drain_stdin();
	} else {
		crash_breaks(-1);
		FCGX_Finish_r(&g->fcgi);
	}
}

const char *gateway_param(struct gateway *g, const char *name)
{
	const char *value = g->cgi ? getenv(name) : FCGX_GetParam(name, g->fcgi.envp);

	return value != NULL ? value : "";
}

void gateway_forget(struct gateway *g, const char *name)
{
	secret_forget(g->cgi ? environ : g->fcgi.envp, name);
}

static ssize_t read_some(struct gateway *g, char *p, size_t n)
{
	return g->cgi ? read(STDIN_FILENO, p, n) : FCGX_GetStr(p, (int)n, g->fcgi.in);
}

/* The message names the web server's limit, too: it is the next one that such a request meets. */
static int too_large(const struct buf *body, struct err *err)
{
	return err_set(err, ERR_TOO_LARGE,
		"The request is larger than %zu bytes, which requests with images often are. Raise PROXY_MAX_BODY of the proxy, to 32m for example, and the limit of the web server with it: nginx has client_max_body_size (and client_body_buffer_size). For scripts/start PROXY_MAX_BODY alone does.",
		body->max);
}

static int read_whole(struct gateway *g, unsigned long left, struct buf *body, struct err *err)
{
	char chunk[8192];

	while (left > 0) {
		ssize_t n = read_some(g, chunk, left < sizeof(chunk) ? left : sizeof(chunk));

		if (n <= 0)
			return err_set(err, ERR_INVALID, "The body ended early.");
		if (buf_add(body, chunk, (size_t)n) < 0)
			return too_large(body, err);
		left -= (unsigned long)n;
	}
	return 0;
}

int gateway_read_body(struct gateway *g, struct buf *body, long long deadline, struct err *err)
{
	const char *announced = gateway_param(g, "CONTENT_LENGTH");
	char *end;
	unsigned long n = strtoul(announced, &end, 10);
	int result;

	if (announced[0] < '0' || announced[0] > '9' || *end != '\0')
		return err_set(
			err, ERR_INVALID, "The request must have a body and a Content-Length.");
	if (n > body->max)
		return too_large(body, err);
	/* libfcgi reads until it has what it was asked for, however slowly that comes. */
	set_alarm(deadline);
	result = read_whole(g, n, body, err);
	unset_alarm();
	if (result < 0 && err->kind == ERR_INVALID && clock_until(deadline) == 0)
		err_set(err, ERR_TIMEOUT, "The body took too long to arrive.");
	return result;
}

/*
 * -1: the connection is dead. It is broken off, because gateway_end would have libfcgi write the
 * rest again, which may block as long once more, and then an end that makes the answer look whole.
 */
static int check_fcgi(struct gateway *g)
{
	if (FCGX_GetError(g->fcgi.out) == 0)
		return 0;
	crash_now();
	return -1;
}

int gateway_write(struct gateway *g, const void *p, size_t n)
{
	if (g->cgi)
		return g->broken ? -1 : buf_add(&g->out, p, n);
	while (n > 0) {
		int part = n > 1 << 20 ? 1 << 20 : (int)n;

		/* FCGX_PutStr does not tell that the connection is dead; FCGX_GetError does. */
		FCGX_PutStr(p, part, g->fcgi.out);
		if (check_fcgi(g) < 0)
			return -1;
		p = (const char *)p + part;
		n -= (size_t)part;
	}
	return 0;
}

static int flush_cgi(struct gateway *g)
{
	while (g->out.len > 0 && !g->broken) {
		ssize_t n = write(STDOUT_FILENO, g->out.data, g->out.len);

		if (n > 0)
			buf_drop(&g->out, (size_t)n);
		else
			g->broken = true;
	}
	return g->broken ? -1 : 0;
}

int gateway_flush(struct gateway *g)
{
	if (g->cgi)
		return flush_cgi(g);
	FCGX_FFlush(g->fcgi.out);
	return check_fcgi(g);
}

/*
 * nginx closes the connection when its client leaves, and never sends FCGI_ABORT_REQUEST.
 * POLLIN is not asked for, as it would report input that was not read yet, too.
 */
struct pollfd gateway_client(struct gateway *g)
{
	if (g->cgi)
		return (struct pollfd){.fd = STDOUT_FILENO};
	return (struct pollfd){.fd = g->fcgi.ipcFd, .events = POLLRDHUP};
}
