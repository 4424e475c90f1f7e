#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/secret.h"
#include "claude/environment.h"
#include "claude/launch.h"
#include "claude/loop.h"
#include "config/keyfile.h"
#include "confine/confine.h"
#include "gateway/reply.h"
#include "keeper/keeper.h"
#include "keeper/listener.h"
#include "keeper/workdir.h"
#include "serve/credential.h"
#include "serve/exchange.h"
#include "serve/metrics.h"
#include "serve/routes.h"
#include "serve/worker.h"
#include "wire/wire.h"

#define CGI_HEARTBEAT_SECONDS 5

#define LEFT_OUT_MAX 1024

/* Descriptors of the keeper beside those of workers and children, while a child is started. */
#define OWN_FDS 20

static void print_faults(char *faults)
{
	for (char *line = strtok(faults, "\n"); line != NULL; line = strtok(NULL, "\n"))
		fprintf(stderr, "claude-code-proxy: %s\n", line);
}

/* A web server may start a CGI program without HOME, and the CLI keeps its login there. */
static void find_home(void)
{
	const struct passwd *pw;

	if (getenv("HOME") == NULL && (pw = getpwuid(getuid())) != NULL)
		setenv("HOME", pw->pw_dir, 1);
}

static void name_cwd(char cwd[PATH_MAX])
{
	const char *given = getenv("PROXY_WORKDIR");
	const char *cache = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");

	if (given != NULL && given[0] != '\0')
		snprintf(cwd, PATH_MAX, "%s", given);
	else if (cache != NULL && cache[0] != '\0')
		snprintf(cwd, PATH_MAX, "%s/claude-code-proxy/cwd", cache);
	else
		snprintf(
			cwd, PATH_MAX, "%s/.cache/claude-code-proxy/cwd", home != NULL ? home : "");
}

static void make_parents(char *path)
{
	for (char *p = strchr(path + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
}

static int make_cwd(char cwd[PATH_MAX], struct buf *faults)
{
	name_cwd(cwd);
	if (cwd[0] != '/')
		return buf_printf(faults, "PROXY_WORKDIR must be an absolute path\n");
	make_parents(cwd);
	if (mkdir(cwd, 0700) < 0 && errno != EEXIST)
		return buf_printf(faults, "the working directory %s cannot be made: %s\n", cwd,
			strerror(errno));
	if (!workdir_fits(cwd))
		return buf_printf(faults,
			"the working directory %s must be empty; PROXY_WORKDIR sets another\n",
			cwd);
	return 0;
}

static void load_keys(struct config *cfg, struct buf *faults)
{
	struct err err;

	if (cfg->key_file[0] != '\0' && keyfile_load(&cfg->keys, cfg->key_file, &err) < 0)
		buf_printf(faults, "PROXY_API_KEY_FILE %s: %s\n", cfg->key_file, err.message);
}

/* The keeper has a pair's end for each worker; three pipes, handoff and directory of each child. */
static void check_fds(const struct config *cfg, struct buf *faults)
{
	rlim_t needed = OWN_FDS + cfg->workers + (rlim_t)cfg->children * 5;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= needed)
		return;
	limit.rlim_cur = needed;
	if (limit.rlim_max < needed || setrlimit(RLIMIT_NOFILE, &limit) < 0)
		buf_printf(faults,
			"PROXY_WORKERS and PROXY_CHILDREN need %llu open files, and %llu are the limit (ulimit -n)\n",
			(unsigned long long)needed, (unsigned long long)limit.rlim_max);
}

int start_prepare(struct start *s)
{
	CLEANUP_BUF struct buf faults = BUF_INIT((size_t)1 << 16);
	struct stat st;
	struct err err;

	*s = (struct start){0};
	if (sodium_init() < 0)
		buf_puts(&faults, "libsodium cannot be initialised\n");
	json_init();
	find_home();
	config_load(&s->cfg, environ, &faults);
	load_keys(&s->cfg, &faults);
	check_fds(&s->cfg, &faults);
	make_cwd(s->cwd, &faults);
	s->env = environment_make(environ, s->cfg.pass_env);
	loop_check(s->env, environ, &faults);
	if (s->cfg.claude_bin[0] != '\0' &&
		child_find(s->cfg.claude_bin, s->bin, sizeof(s->bin), &err) < 0)
		buf_printf(&faults, "%s\n", err.message);
	if (faults.len > 0) {
		print_faults(faults.data);
		return -1;
	}
	secret_forget(environ, CONFIG_KEY);
	log_set_level(s->cfg.log_level);
	log_set_format(s->cfg.log_format);
	/* npm gives every file the same modification time, of 1985. */
	s->installed_at = stat(s->bin, &st) == 0 ? st.st_ctime : 0;
	s->argv = launch_argv(s->bin, s->cfg.model);
	s->spec = (struct child_spec){
		.bin = s->bin,
		.argv = s->argv,
		.env = s->env,
		.cwd = s->cwd,
		.memory_mib = s->cfg.child_mib,
	};
	return 0;
}

void start_finish(struct start *s)
{
	free(s->argv);
	free(s->env);
	*s = (struct start){0};
}

static int print_fault(const struct err *err)
{
	fprintf(stderr, "claude-code-proxy: %s\n", err->message);
	return -1;
}

static int ask_version(const struct start *s, char *version, size_t size)
{
	struct err err;

	return child_version(&s->spec, version, size, &err) < 0 ? print_fault(&err) : 0;
}

static int take_listener(void)
{
	struct err err;

	return listener_take(&err) < 0 ? print_fault(&err) : 0;
}

int start_check(struct start *s)
{
	CLEANUP_BUF struct buf left_out = BUF_INIT(LEFT_OUT_MAX);
	char version[128];

	if (ask_version(s, version, sizeof(version)) < 0)
		return 1;
	printf("claude-code-proxy: configuration ok\n"
	       "  claude   %s (%s)\n"
	       "  model    %s\n"
	       "  keys     %zu\n"
	       "  workers  %u, up to %u claude processes\n"
	       "  body     up to %zu bytes\n",
		s->bin, version, s->cfg.model, s->cfg.keys.n, s->cfg.workers, s->cfg.children,
		s->cfg.max_body);
	environment_left_out(environ, s->cfg.pass_env, &left_out);
	if (left_out.len > 0)
		printf("  not passed to claude: %s\n", left_out.data);
	return 0;
}

/* A log that nobody reads any more, or that may not grow, is no reason to end. */
static void outlive_log(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

static void announce_left_out(const struct start *s)
{
	CLEANUP_BUF struct buf left_out = BUF_INIT(LEFT_OUT_MAX);

	environment_left_out(environ, s->cfg.pass_env, &left_out);
	if (left_out.len > 0)
		log_warn("variables that are not passed to claude (PROXY_PASS_ENV adds some): %s",
			left_out.data);
}

int start_fastcgi(struct start *s)
{
	char version[128];
	struct worker w = {.installed_at = s->installed_at};
	struct about about = {0};
	struct err err;
	int result;

	if (take_listener() < 0)
		return 1;
	outlive_log();
	confine_process();
	if (ask_version(s, version, sizeof(version)) < 0)
		return 1;
	log_info("claude-code-proxy " PROXY_VERSION ", claude %s, model %s", version, s->cfg.model);
	announce_left_out(s);
	confine_announce();
	asker_init(&w.asker, &s->cfg);
	w.metrics = metrics_create();
	snprintf(about.version, sizeof(about.version), "%.*s", ABOUT_VERSION_SIZE - 1, version);
	catalog_learn(w.asker.catalog, &about);
	result = keeper_run(&s->cfg, &s->spec, worker_run, &w, &err);
	metrics_destroy(w.metrics);
	asker_finish(&w.asker);
	if (result < 0)
		print_fault(&err);
	return result < 0;
}

static void answer_unstarted(void)
{
	CLEANUP_BUF struct buf json = BUF_INIT(4096);
	struct reply_head head = {.status = 500, .type = "application/json"};
	struct gateway *g = gateway_create_cgi();
	struct reply reply = {.gateway = g, .request_id = "unstarted"};
	const struct route *route;
	struct route_id id;
	struct err err;

	route = route_find(&routes, gateway_param(g, "PATH_INFO"), &id, &err);
	err_set(&err, ERR_INTERNAL,
		"The proxy cannot be started; the web server's error log says why.");
	routes_format(route)->error(&json, &err);
	reply_whole(&reply, &head, buf_str(&json), json.len);
	gateway_destroy(g);
}

/* The web server waits until nobody holds the script's pipes any more. */
static void let_go_of_stdio(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close(null);
}

static int run_cgi(struct start *s)
{
	struct worker w = {.installed_at = s->installed_at};
	int pair[2];
	pid_t keeper;

	/* A web server learns that its client left when it has something to write to it. */
	if (s->cfg.heartbeat_seconds > CGI_HEARTBEAT_SECONDS)
		s->cfg.heartbeat_seconds = CGI_HEARTBEAT_SECONDS;
	s->cfg.spares = s->cfg.parked = 0; /* there is no next request */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0 ||
		(keeper = fork()) < 0) {
		log_error("no keeper can be started: %s", strerror(errno));
		answer_unstarted();
		return 1;
	}
	if (keeper == 0) {
		close(pair[0]);
		credential_forget(environ);
		let_go_of_stdio();
		keeper_run_for(&s->cfg, &s->spec, pair[1]);
		return 0;
	}
	close(pair[1]);
	asker_init(&w.asker, &s->cfg);
	worker_run_cgi(&w, pair[0]);
	asker_finish(&w.asker);
	return 0;
}

int start_cgi(void)
{
	struct start s;
	int status = 0;

	outlive_log();
	confine_process();
	if (start_prepare(&s) < 0)
		answer_unstarted();
	else
		status = run_cgi(&s);
	start_finish(&s);
	return status;
}

bool start_is_fastcgi(void)
{
	return listener_is_given();
}

bool start_is_cgi(void)
{
	return getenv("GATEWAY_INTERFACE") != NULL;
}
