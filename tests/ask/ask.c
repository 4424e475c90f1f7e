/*
 * One question to a child without HTTP around it: the keeper is the real one, in a process of its
 * own, and its children are the stand-in for the CLI that is given as the argument.
 */
#include "ask/ask.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "claude/launch.h"
#include "keeper/keeper.h"
#include "support/check.h"
#include "support/grammar.h"
#include "turn/settle.h"

/* Long enough for every wait here, so that a test that hangs ends in an error, not in its end. */
#define DEADLINE_MS 60000

static const char *program;
static unsigned char owner[FINGERPRINT_SIZE] = {1};

struct fixture {
	struct config cfg;
	struct asker asker;
	char cwd[64];
	pid_t keeper;
};

static void keep(struct fixture *f, int fd)
{
	static const char *const no_env[] = {NULL};
	const char **argv = launch_argv(program, f->cfg.model);
	struct child_spec spec = {
		.bin = program,
		.argv = argv,
		.env = no_env,
		.cwd = f->cwd,
		.memory_mib = f->cfg.child_mib,
	};

	keeper_run_for(&f->cfg, &spec, fd);
	free(argv);
}

static int set_up(void **state)
{
	static char key[] = "PROXY_API_KEY=a-key-that-is-long-enough", spares[] = "PROXY_SPARES=0";
	static char *environment[] = {key, spares, NULL};
	CLEANUP_BUF struct buf faults = BUF_INIT(4096);
	struct fixture *f = mem_alloc(sizeof(*f));
	int pair[2];

	assert_int_equal(config_load(&f->cfg, environment, &faults), 0);
	snprintf(f->cwd, sizeof(f->cwd), "/tmp/ask-XXXXXX");
	assert_non_null(mkdtemp(f->cwd));
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	fflush(NULL);
	f->keeper = fork();
	if (f->keeper == 0) {
		close(pair[0]);
		keep(f, pair[1]);
		_exit(0);
	}
	close(pair[1]);
	asker_init(&f->asker, &f->cfg);
	lease_init(&f->asker.lease, pair[0]);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	int status;

	lease_finish(&f->asker.lease);
	asker_finish(&f->asker);
	assert_int_equal(waitpid(f->keeper, &status, 0), f->keeper);
	assert_int_equal(status, 0);
	rmdir(f->cwd);
	free(f);
	return 0;
}

/* A conversation: the user's turns and, between them, the assistant's. */
static void converse_of(struct request *req, const char *const *texts, size_t n)
{
	struct err err;

	request_init(req);
	for (size_t i = 0; i < n; i++)
		turn_add_text(
			request_add_turn(req, i % 2 == 0 ? ROLE_USER : ROLE_ASSISTANT), texts[i]);
	assert_int_equal(settle_request(req, "messages", &err), 0);
}

static struct ask ask_of(struct fixture *f, const struct request *req, struct answer *answer)
{
	return (struct ask){
		.asker = &f->asker,
		.request = req,
		.model = f->cfg.model,
		.owner = owner,
		.waiter = {.client = {.fd = -1}, .deadline = clock_ms() + DEADLINE_MS},
		.answer = answer,
	};
}

/* What a sink heard. */
struct heard {
	struct grammar grammar;
	struct buf text;
	unsigned flushes;
	const char *unwanted; /* a text that it wants nothing after, or NULL */
	struct err fail;
};

static void hear_event(void *arg, const struct event *ev, struct err *err)
{
	struct heard *h = arg;

	grammar_see(&h->grammar, ev);
	if (ev->kind == EVENT_FAIL)
		h->fail = *ev->fail;
	if (ev->kind != EVENT_TEXT)
		return;
	buf_puts(&h->text, ev->text);
	if (h->unwanted != NULL)
		err_set(err, ERR_INVALID, "%s", h->unwanted);
}

static bool hear_flush(void *arg, struct err *err)
{
	struct heard *h = arg;

	(void)err;
	h->flushes++;
	return true;
}

static void hear_beat(void *arg, struct err *err)
{
	(void)arg;
	(void)err;
}

static struct ask_sink sink_of(struct heard *h)
{
	return (struct ask_sink){
		.event = hear_event, .flush = hear_flush, .beat = hear_beat, .arg = h};
}

TEST(nobody_hears)
{
	static const char *const texts[] = {"Hello"};
	struct answer answer = {0};
	struct request req;
	struct err err = {0};
	struct ask a;

	converse_of(&req, texts, 1);
	a = ask_of(*state, &req, &answer);
	check(ask_answer(&a, &err) == 0, "%s", err.message);
	assert_true(answer.stopped);
	assert_int_equal(answer.stop, STOP_END);
	assert_true(answer.text_len > 0);
	assert_true(a.first_at > 0 && a.usage.output > 0);
	assert_string_equal(a.lease, "cold");
	ask_drop(&a);
	ask_finish(&a);
	answer_finish(&answer);
	request_finish(&req);
}

TEST(sink_hears_the_answer)
{
	static const char *const texts[] = {"Hello"};
	CLEANUP_BUF struct buf text = BUF_INIT(ANSWER_MAX_TEXT);
	struct heard heard = {.text = BUF_INIT(ANSWER_MAX_TEXT)};
	struct answer answer = {0};
	struct request req;
	struct err err = {0};
	struct ask a;

	converse_of(&req, texts, 1);
	a = ask_of(*state, &req, &answer);
	a.sink = sink_of(&heard);
	check(ask_answer(&a, &err) == 0, "%s", err.message);
	assert_null(grammar_fault(&heard.grammar));
	answer_join(&answer, BLOCK_TEXT, &text);
	assert_string_equal(buf_str(&heard.text), buf_str(&text));
	assert_true(heard.flushes > 0);
	ask_drop(&a);
	ask_finish(&a);
	answer_finish(&answer);
	buf_finish(&heard.text);
	request_finish(&req);
}

/* The same for each cause: one FAIL with it, and a child for the next question. */
TEST(sink_wants_no_more)
{
	static const char *const texts[] = {"Hello"};
	struct heard heard = {.text = BUF_INIT(ANSWER_MAX_TEXT), .unwanted = "enough"};
	struct answer answer = {0};
	struct request req;
	struct err err = {0};
	struct ask a;

	converse_of(&req, texts, 1);
	a = ask_of(*state, &req, &answer);
	a.sink = sink_of(&heard);
	assert_int_equal(ask_answer(&a, &err), -1);
	check_err("answer", &err, ERR_INVALID, NULL);
	assert_string_equal(err.message, "enough");
	assert_string_equal(heard.fail.message, "enough");
	assert_null(grammar_fault(&heard.grammar));
	ask_drop(&a);
	ask_finish(&a);
	answer_finish(&answer);
	buf_finish(&heard.text);
	request_finish(&req);
	test_nobody_hears(state);
}

TEST(client_that_left_costs_no_child)
{
	static const char *const texts[] = {"Hello"};
	struct fixture *f = *state;
	struct answer answer = {0};
	struct lease_counts counts;
	struct request req;
	struct err err = {0};
	int client[2];
	struct ask a;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, client), 0);
	close(client[1]);
	converse_of(&req, texts, 1);
	a = ask_of(f, &req, &answer);
	a.waiter.client = (struct pollfd){.fd = client[0], .events = POLLRDHUP};
	assert_int_equal(ask_answer(&a, &err), -1);
	check_err("client", &err, ERR_GONE, NULL);
	assert_null(a.lease);
	assert_int_equal(lease_count(&f->asker.lease, &counts), 0);
	assert_int_equal(counts.leases[LEASE_COLD], 0);
	ask_drop(&a);
	ask_finish(&a);
	close(client[0]);
	request_finish(&req);
}

/* As a client sends it: the same words again, the answer, and something new. */
TEST(kept_child_goes_on)
{
	CLEANUP_BUF struct buf text = BUF_INIT(ANSWER_MAX_TEXT);
	const char *texts[] = {"Hello", NULL, "And now?"};
	struct answer first = {0}, second = {0};
	struct request req, next;
	struct err err = {0};
	struct ask a, b;

	converse_of(&req, texts, 1);
	a = ask_of(*state, &req, &first);
	check(ask_answer(&a, &err) == 0, "%s", err.message);
	ask_keep(&a);
	answer_join(&first, BLOCK_TEXT, &text);
	texts[1] = buf_str(&text);
	converse_of(&next, texts, 3);
	b = ask_of(*state, &next, &second);
	check(ask_answer(&b, &err) == 0, "%s", err.message);
	assert_string_equal(b.lease, "continued");
	ask_drop(&b);
	ask_finish(&a);
	ask_finish(&b);
	answer_finish(&first);
	answer_finish(&second);
	request_finish(&req);
	request_finish(&next);
}

TEST_EACH(set_up, tear_down);

int main(int argc, char **argv)
{
	if (argc != 2 || sodium_init() < 0)
		return 1;
	program = argv[1];
	return tests_run("ask");
}
