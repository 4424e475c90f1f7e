#include "base/loopback.h"

#include "support/check.h"

TEST(addresses)
{
	static const struct {
		const char *address;
		bool is_local;
	} rows[] = {
		{"127.0.0.1", true},
		{"127.0.0.0", true},
		{"127.255.255.255", true},
		{"::1", true},
		{"0:0:0:0:0:0:0:1", true},
		{"::ffff:127.0.0.1", true},
		{"::ffff:127.9.9.9", true},
		{"", false},
		{"unix:", false},
		{"localhost", false},
		{"126.255.255.255", false},
		{"128.0.0.0", false},
		{"0.0.0.0", false},
		{"10.0.0.127", false},
		{"1.0.0.127", false},
		{"127", false},
		{"127.1", false},
		{"127.0.0.1:80", false},
		{"127.0.0.1 ", false},
		{" 127.0.0.1", false},
		{"127.0.0.1, 10.0.0.1", false},
		{"127.0.0.1.example.org", false},
		{"[::1]", false},
		{"::", false},
		{"::2", false},
		{"::127.0.0.1", false},
		{"::ffff:128.0.0.1", false},
		{"::ffff:10.0.0.127", false},
		{"fe80::1", false},
		{"64:ff9b::127.0.0.1", false},
		{"2001:db8::1", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(loopback_address(rows[i].address) == rows[i].is_local, "'%s'",
			rows[i].address);
}

TEST(hosts)
{
	static const struct {
		const char *host;
		bool is_local;
	} rows[] = {
		{"localhost", true},
		{"LocalHost:8080", true},
		{"127.0.0.1", true},
		{"127.0.0.1:8080", true},
		{"127.0.0.1:", true},
		{"[::1]", true},
		{"[::1]:8080", true},
		{"[::ffff:127.0.0.1]", true},
		{"", false},
		{":8080", false},
		{"[", false},
		{"[]", false},
		{"[::1", false},
		{"[::1]8080", false},
		{"[::1]:80a", false},
		{"[localhost]", false},
		{"[127.0.0.1]", false},
		{"::1", false},
		{"::ffff:127.0.0.1", false},
		{"localhost.", false},
		{"localhost.example.org", false},
		{"localhost:80:80", false},
		{"localhost:8080 ", false},
		{"127.0.0.1.example.org", false},
		{"127.0.0.1.nip.io:8080", false},
		{"127.0.0.1@example.org", false},
		{"10.0.0.1", false},
		{"example.org", false},
		{"example.org:127", false},
		{"a-name-that-is-a-good-deal-longer-than-any-address-can-be.example.org", false},
		{"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001]", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(loopback_host(rows[i].host) == rows[i].is_local, "'%s'", rows[i].host);
}
