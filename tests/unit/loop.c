#include "claude/loop.h"

#include <string.h>

#include "support/check.h"

/* Checks a child's variable against an environment; `own`: it is our address. */
static void check_loop(const char *variable, const char *const *environment, bool own)
{
	const char *const child[] = {"HOME=/h", variable, NULL};
	CLEANUP_BUF struct buf faults = BUF_INIT(1024);
	int result = loop_check(child, (char *const *)environment, &faults);
	const char *text = buf_str(&faults);
	size_t n = strcspn(variable, "=");

	check(result == (own ? -1 : 0), "%s: %s", variable, text);
	check(own == (faults.len > 0), "%s: %s", variable, text);
	if (!own)
		return;
	check(strncmp(text, variable, n) == 0 && text[n] == ' ', "%s: %s", variable, text);
	check(strchr(text, '\n') == text + faults.len - 1, "%s: %s", variable, text);
	check(strstr(text, "sesame") == NULL, "%s: %s", variable, text);
}

TEST(port)
{
	static const struct {
		const char *url, *port; /* PORT; NULL: not set */
		bool own;
	} rows[] = {
		{"http://127.0.0.1:8080", NULL, true},
		{"http://127.0.0.1:8080", "", true},
		{"http://127.0.0.1:8080/", NULL, true},
		{"http://127.0.0.1:8080//", NULL, true},
		{"http://127.0.0.1:8080/v1", NULL, true},
		{"http://127.0.0.1:8080?a", NULL, true},
		{"http://127.0.0.1:8080#a", NULL, true},
		{"http:\\\\127.0.0.1:8080\\v1", NULL, true},
		{"http:127.0.0.1:8080", NULL, true},
		{" http://127.0.0.1:8080 ", NULL, true},
		{"HTTP://LocalHost:8080", NULL, true},
		{"https://localhost:8080", NULL, true},
		{"http://localhost.:8080", NULL, true},
		{"http://any.localhost:8080", NULL, true},
		{"http://user:sesame@127.0.0.1:8080", NULL, true},
		{"http://a@b@127.0.0.1:8080/@c", NULL, true},
		{"http://127.255.0.9:8080", NULL, true},
		{"http://127.1:8080", NULL, true},
		{"http://0x7f000001:8080", NULL, true},
		{"http://2130706433:8080", NULL, true},
		{"http://0.0.0.0:8080", NULL, true},
		{"http://0:8080", NULL, true},
		{"http://[::1]:8080", NULL, true},
		{"http://[0:0:0:0:0:0:0:1]:8080/", NULL, true},
		{"http://[::]:8080", NULL, true},
		{"http://[::ffff:127.0.0.1]:8080", NULL, true},
		{"http://[::FFFF:7f00:1]:8080", NULL, true},
		{"http://127.0.0.1:08080", NULL, true},
		{"http://%6cocalHost:8080", NULL, true},
		{"http://%4COCALHOST%2E:8080", NULL, true},
		{"http://%31:8080", NULL, false},
		{"http://%6:8080", NULL, false},
		{"http://127.0.0.1:9090", "9090", true},
		{"http://127.0.0.1", "80", true},
		{"http://127.0.0.1/", "80", true},
		{"http://127.0.0.1:", "80", true},
		{"https://localhost", "443", true},
		{"http://[::1]", "80", true},
		{"http://127.0.0.1:8080", "9090", false},
		{"http://127.0.0.1:9090", NULL, false},
		{"http://127.0.0.1", NULL, false},
		{"https://127.0.0.1", "80", false},
		{"http://127.0.0.1:80801", NULL, false},
		{"http://128.0.0.1:8080", NULL, false},
		{"http://10.0.0.127:8080", NULL, false},
		{"http://[::2]:8080", NULL, false},
		{"http://localhost.example.org:8080", NULL, false},
		{"http://notlocalhost:8080", NULL, false},
		{"http://127.0.0.1:8080@example.org", NULL, false},
		{"http://example.org:8080/127.0.0.1:8080", NULL, false},
		{"http://example.org/?@127.0.0.1:8080", NULL, false},
		{"https://api.anthropic.com", NULL, false},
		{"", NULL, false},
		{"http://", NULL, false},
		{"http://:8080", NULL, false},
		{"http://[", NULL, false},
		{"ftp://127.0.0.1:8080", NULL, false},
		{"127.0.0.1:8080", NULL, false},
		{"unix:/run/x", NULL, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf port = BUF_INIT(100), variable = BUF_INIT(200);
		const char *environment[2] = {NULL};

		buf_printf(&port, "PORT=%s", rows[i].port != NULL ? rows[i].port : "");
		if (rows[i].port != NULL)
			environment[0] = port.data;
		buf_printf(&variable, "ANTHROPIC_BASE_URL=%s", rows[i].url);
		check_loop(variable.data, environment, rows[i].own);
	}
}

/* Whatever says where an API is, and nothing else. */
TEST(variables)
{
	static const struct {
		const char *variable;
		bool own;
	} rows[] = {
		{"ANTHROPIC_BEDROCK_BASE_URL=http://localhost:8080", true},
		{"ANTHROPIC_BEDROCK_MANTLE_BASE_URL=http://localhost:8080", true},
		{"ANTHROPIC_VERTEX_BASE_URL=http://localhost:8080/v1", true},
		{"ANTHROPIC_FOUNDRY_BASE_URL=http://localhost:8080", true},
		{"ANTHROPIC_AWS_BASE_URL=http://localhost:8080", true},
		{"ANTHROPIC_GOOGLE_CLOUD_BASE_URL=http://localhost:8080", true},
		{"AWS_ENDPOINT_URL=http://localhost:8080", true},
		{"AWS_ENDPOINT_URL_BEDROCK_RUNTIME=http://localhost:8080", true},
		{"https_proxy=http://localhost:8080", false},
		{"ANTHROPIC_CUSTOM_HEADERS=http://localhost:8080", false},
		{"URL=http://localhost:8080", false},
	};
	static const char *const nothing[] = {NULL};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_loop(rows[i].variable, nothing, rows[i].own);
}

#define TAKES_IN(...)                                                                              \
	{                                                                                          \
		"GATEWAY_INTERFACE=CGI/1.1", __VA_ARGS__, NULL                                     \
	}

TEST(cgi)
{
	static const char *const root[] = TAKES_IN("SERVER_NAME=ai.example.org", "SERVER_PORT=443",
		"SCRIPT_NAME=/v1", "HTTP_HOST=AI.example.org");
	static const char *const below[] = TAKES_IN("SERVER_NAME=example.org", "SERVER_PORT=80",
		"SCRIPT_NAME=/ai/claude-code-proxy", "HTTP_HOST=www.example.org");
	static const char *const here[] =
		TAKES_IN("SERVER_NAME=localhost", "SERVER_PORT=81", "HTTP_HOST=127.0.0.1:81");
	static const char *const v6[] =
		TAKES_IN("SERVER_NAME=2001:db8::1", "SERVER_PORT=8443", "SCRIPT_NAME=");
	static const char *const bare[] = TAKES_IN("REQUEST_METHOD=GET");
	static const struct {
		const char *url;
		const char *const *environment;
		bool own;
	} rows[] = {
		{"https://ai.example.org", root, true},
		{"https://AI.Example.Org./", root, true},
		{"https://ai.example.org:443", root, true},
		{"http://ai.example.org", root, true},
		{"https://ai.example.org:8443", root, false},
		{"https://ai.example.org/gateway", root, false},
		{"https://example.org", root, false},
		{"https://api.anthropic.com", root, false},
		{"http://127.0.0.1:8080", root, false},
		{"http://example.org/ai/claude-code-proxy", below, true},
		{"http://example.org/ai/claude-code-proxy/", below, true},
		{"https://www.example.org/ai/claude-code-proxy", below, true},
		{"http://example.org", below, false},
		{"http://example.org/ai", below, false},
		{"http://example.org/ai/claude-code-proxy2", below, false},
		{"http://127.0.0.1:81", here, true},
		{"http://[::1]:81/", here, true},
		{"http://127.0.0.1:82", here, false},
		{"http://127.0.0.1", here, false},
		{"https://[2001:DB8::1]:8443", v6, true},
		{"https://[2001:db8::2]:8443", v6, false},
		{"http://127.0.0.1:8080", bare, false},
		{"https://api.anthropic.com", bare, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf variable = BUF_INIT(200);

		buf_printf(&variable, "ANTHROPIC_BASE_URL=%s", rows[i].url);
		check_loop(variable.data, rows[i].environment, rows[i].own);
	}
}

TEST(long)
{
	static const char *const nothing[] = {NULL};
	static char endless[20000];

	memset(endless, 'x', sizeof(endless) - 1);
	memcpy(endless, "A_BASE_URL=http://", 18);
	check_loop(endless, nothing, false);
	memset(endless + 18, '[', 300);
	check_loop(endless, nothing, false);
	memcpy(endless, "A_BASE_URL=http://localhost:8080/", 33);
	check_loop(endless, nothing, true);
}
