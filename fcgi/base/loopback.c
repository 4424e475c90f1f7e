#include "base/loopback.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool loopback_address(const char *address)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, address, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	if (inet_pton(AF_INET6, address, &v6) != 1)
		return false;
	return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

/* Whether s, which follows a host, is empty or a port. */
static bool is_port(const char *s)
{
	return s[0] == '\0' || (s[0] == ':' && s[1 + strspn(s + 1, "0123456789")] == '\0');
}

bool loopback_host(const char *host)
{
	bool bracketed = host[0] == '[';
	const char *start = host + bracketed;
	size_t n = strcspn(start, bracketed ? "]" : ":");
	const char *port = start + n + (bracketed && start[n] == ']');
	char name[INET6_ADDRSTRLEN];

	if (n >= sizeof(name) || !is_port(port) || (bracketed && port == start + n))
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)n, start);
	if (!bracketed && strcasecmp(name, "localhost") == 0)
		return true;
	return (strchr(name, ':') != NULL) == bracketed && loopback_address(name);
}
