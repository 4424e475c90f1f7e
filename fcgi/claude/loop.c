#include "claude/loop.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/loopback.h"
#include "base/percent.h"
#include "claude/environment.h"

#define DEFAULT_PORT "8080"
#define HTTP_PORT    80
#define HTTPS_PORT   443

/* A name of DNS has 253 bytes at most. */
#define HOST_SIZE 256

struct place {
	char host[HOST_SIZE]; /* in lower case, without brackets and the dot of a whole name */
	unsigned port;        /* 0: not said */
	const char *path;     /* "" or from its first slash on */
};

static unsigned parse_port(const char *s)
{
	unsigned long n = strtoul(s, NULL, 10);

	return n <= 65535 ? (unsigned)n : 0;
}

/* Makes each %41 the byte it stands for, in place. */
static void decode_host(char *host)
{
	const char *s = host;

	while (*s != '\0')
		*host++ = percent_take(&s);
	*host = '\0';
}

/*
 * `s` is HOST or HOST:PORT of n bytes. An address of IPv6 is in brackets, but for some web servers'
 * SERVER_NAME, which has no port.
 */
static bool parse_host(struct place *place, const char *s, size_t n)
{
	char text[HOST_SIZE + 8];
	char *host = text, *end;

	if (n == 0 || n >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)n, s);
	if (text[0] == '[') {
		host++;
		end = host + strcspn(host, "]");
		if (*end == ']')
			*end++ = '\0';
	} else {
		end = host + strcspn(host, ":");
		if (strchr(end, ':') != strrchr(end, ':'))
			end = host + strlen(host);
	}
	place->port = *end == ':' ? parse_port(end + 1) : 0;
	*end = '\0';
	decode_host(host);
	n = strlen(host);
	if (n > 1 && host[n - 1] == '.')
		host[--n] = '\0';
	if (n >= sizeof(place->host))
		return false;
	for (size_t i = 0; i <= n; i++)
		place->host[i] = (char)(host[i] >= 'A' && host[i] <= 'Z' ? host[i] + 32 : host[i]);
	return true;
}

/* As the CLI reads a URL, for which any number of / and \ begins a host. False: it is none. */
static bool parse_url(struct place *place, const char *s)
{
	size_t n, skipped;
	unsigned otherwise = HTTP_PORT;

	*place = (struct place){0};
	s += strspn(s, " \t\r\n");
	if (strncasecmp(s, "https:", 6) == 0)
		otherwise = HTTPS_PORT;
	else if (strncasecmp(s, "http:", 5) != 0)
		return false;
	s += strcspn(s, ":") + 1;
	s += strspn(s, "/\\");
	n = strcspn(s, "/\\?# \t\r\n");
	place->path = s[n] == '/' || s[n] == '\\' ? s + n : "";
	for (skipped = n; skipped > 0 && s[skipped - 1] != '@'; skipped--)
		;
	if (!parse_host(place, s + skipped, n - skipped))
		return false;
	if (place->port == 0)
		place->port = otherwise;
	return true;
}

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), len = strlen(end);

	return n >= len && strcmp(s + n - len, end) == 0;
}

/* Also in the spellings that a resolver takes, and the address that is every one of the machine. */
static bool is_this_machine(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (strcmp(host, "localhost") == 0 || ends_in(host, ".localhost") || loopback_address(host))
		return true;
	if (inet_pton(AF_INET6, host, &v6) == 1)
		return IN6_IS_ADDR_UNSPECIFIED(&v6);
	return inet_aton(host, &v4) == 1 &&
	       (v4.s_addr == htonl(INADDR_ANY) || ntohl(v4.s_addr) >> 24 == 127);
}

static const char *value_or(char *const *environment, const char *name, const char *otherwise)
{
	const char *value = environment_value((const char *const *)environment, name);

	return value != NULL && value[0] != '\0' ? value : otherwise;
}

static bool is_same_host(const char *a, const char *b)
{
	return strcmp(a, b) == 0 || (is_this_machine(a) && is_this_machine(b));
}

/*
 * Whether what the CLI asks for below `path` is below the script, which a web server has at the
 * root, as ScriptAlias /v1, or anywhere. Other paths of the same server are others' business.
 */
static bool is_below_script(const char *path, const char *script)
{
	size_t n = strcspn(path, "?#"), len = strlen(script);
	char asked[1024];

	while (n > 0 && (path[n - 1] == '/' || path[n - 1] == '\\'))
		n--;
	snprintf(asked, sizeof(asked), "%.*s/v1/messages", n < 1000 ? (int)n : 1000, path);
	return strncmp(asked, script, len) == 0 && asked[len] == '/';
}

/* Under CGI: a web server that does not see TLS itself cannot say which port a client used. */
static bool is_own_request(const struct place *place, char *const *environment)
{
	struct place server, asked;
	unsigned port = parse_port(value_or(environment, "SERVER_PORT", "0"));
	const char *name = value_or(environment, "SERVER_NAME", "");
	const char *host = value_or(environment, "HTTP_HOST", "");

	if (!is_below_script(place->path, value_or(environment, "SCRIPT_NAME", "/v1")))
		return false;
	if (parse_host(&server, name, strlen(name)) && place->port == port &&
		is_same_host(place->host, server.host))
		return true;
	if (!parse_host(&asked, host, strlen(host)) || !is_same_host(place->host, asked.host))
		return false;
	return asked.port != 0 ? place->port == asked.port
			       : place->port == port || place->port == HTTP_PORT ||
					 place->port == HTTPS_PORT;
}

static bool is_own(const struct place *place, char *const *environment)
{
	if (value_or(environment, "GATEWAY_INTERFACE", NULL) != NULL)
		return is_own_request(place, environment);
	return is_this_machine(place->host) &&
	       place->port == parse_port(value_or(environment, "PORT", DEFAULT_PORT));
}

/* Whether the first n bytes of `entry` are the name of a variable that says where an API is. */
static bool is_api(const char *entry, size_t n)
{
	static const char base[] = "_BASE_URL", endpoint[] = "AWS_ENDPOINT_URL";

	return (n >= sizeof(base) - 1 &&
		       strncmp(entry + n - (sizeof(base) - 1), base, sizeof(base) - 1) == 0) ||
	       strncmp(entry, endpoint, sizeof(endpoint) - 1) == 0;
}

int loop_check(const char *const *child, char *const *environment, struct buf *faults)
{
	bool is_cgi = value_or(environment, "GATEWAY_INTERFACE", NULL) != NULL;
	size_t before = faults->len;
	struct place place;

	for (; *child != NULL; child++) {
		size_t n = strcspn(*child, "=");

		if (is_api(*child, n) && parse_url(&place, *child + n + 1) &&
			is_own(&place, environment))
			buf_printf(faults,
				"%.*s is the address of this proxy itself: its requests would come back to it without end. Set it to where the API is%s\n",
				(int)n, *child,
				is_cgi ? ""
				       : ", or PORT to the port that the nginx in front listens on, which is 8080 if it is not set");
	}
	return faults->len > before ? -1 : 0;
}
