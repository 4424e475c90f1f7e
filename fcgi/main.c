#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "start.h"

static const char usage[] =
	"usage: claude-code-proxy [-t | --help | --version]\n"
	"\n"
	"Serves the OpenAI API from the claude CLI. It is started as FastCGI, with a listening\n"
	"socket from spawn-fcgi or a systemd socket unit, or as plain CGI.\n"
	"  -t         check the configuration and the CLI, then exit\n"
	"Settings are environment variables; PROXY_API_KEY or PROXY_API_KEY_FILE is required.\n";

/* A descriptor of ours must never get the number of a missing stdin, stdout or stderr. */
static void open_missing_stdio(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);
}

static int run(int (*verb)(struct start *s))
{
	struct start s;
	int status = start_prepare(&s) < 0 ? 1 : verb(&s);

	start_finish(&s);
	return status;
}

int main(int argc, char **argv)
{
	const char *option = argc == 2 ? argv[1] : "";

	open_missing_stdio();
	if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0)
		return fputs(usage, stdout) < 0;
	if (strcmp(option, "--version") == 0)
		return puts("claude-code-proxy " PROXY_VERSION) < 0;
	if (strcmp(option, "-t") == 0)
		return run(start_check);
	if (argc == 1 && start_is_fastcgi())
		return run(start_fastcgi);
	if (argc == 1 && start_is_cgi())
		return start_cgi();
	fputs(usage, stderr);
	return 2;
}
