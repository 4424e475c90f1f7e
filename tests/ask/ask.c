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

/* A question and what came of it. */
struct question {
	struct request request;
	struct answer answer;
	struct err err;
	struct ask ask;
};

/* The last turn of the conversation is asked, and nobody is watched meanwhile. */
static void question_begin(
	struct question *q, struct fixture *f, const char *const *texts, size_t n)
{
	*q = (struct question){0};
	converse_of(&q->request, texts, n);
	q->ask = (struct ask){
		.asker = &f->asker,
		.request = &q->request,
		.model = f->cfg.model,
		.owner = owner,
		.waiter = {.client = {.fd = -1}, .deadline = clock_ms() + DEADLINE_MS},
		.answer = &q->answer,
	};
}

static void question_must_be_answered(struct question *q)
{
	check(ask_answer(&q->ask, &q->err) == 0, "%s", q->err.message);
}

static void question_finish(struct question *q)
{
	ask_drop(&q->ask);
	ask_finish(&q->ask);
	answer_finish(&q->answer);
	request_finish(&q->request);
}

static const char *const hello[] = {"Hello"};

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

static void ask_hello(struct fixture *f)
{
	struct question q;

	question_begin(&q, f, hello, 1);
	question_must_be_answered(&q);
	assert_true(q.answer.stopped);
	assert_int_equal(q.answer.stop, STOP_END);
	assert_true(q.answer.text_len > 0);
	assert_true(q.ask.first_at > 0 && q.ask.usage.output > 0);
	assert_string_equal(q.ask.lease, "cold");
	question_finish(&q);
}

TEST(nobody_hears)
{
	ask_hello(*state);
}

TEST(sink_hears_the_answer)
{
	CLEANUP_BUF struct buf text = BUF_INIT(ANSWER_MAX_TEXT);
	struct heard heard = {.text = BUF_INIT(ANSWER_MAX_TEXT)};
	struct question q;

	question_begin(&q, *state, hello, 1);
	q.ask.sink = sink_of(&heard);
	question_must_be_answered(&q);
	assert_null(grammar_fault(&heard.grammar));
	answer_join(&q.answer, BLOCK_TEXT, &text);
	assert_string_equal(buf_str(&heard.text), buf_str(&text));
	assert_true(heard.flushes > 0);
	question_finish(&q);
	buf_finish(&heard.text);
}

/* FAIL has the cause, and there is a child for the next question. */
TEST(sink_wants_no_more)
{
	struct heard heard = {.text = BUF_INIT(ANSWER_MAX_TEXT), .unwanted = "enough"};
	struct question q;

	question_begin(&q, *state, hello, 1);
	q.ask.sink = sink_of(&heard);
	assert_int_equal(ask_answer(&q.ask, &q.err), -1);
	check_err("answer", &q.err, ERR_INVALID, NULL);
	assert_string_equal(q.err.message, "enough");
	assert_string_equal(heard.fail.message, "enough");
	assert_null(grammar_fault(&heard.grammar));
	question_finish(&q);
	buf_finish(&heard.text);
	ask_hello(*state);
}

TEST(client_that_left_costs_no_child)
{
	struct fixture *f = *state;
	struct lease_counts counts;
	struct question q;
	int client[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, client), 0);
	close(client[1]);
	question_begin(&q, f, hello, 1);
	q.ask.waiter.client = (struct pollfd){.fd = client[0], .events = POLLRDHUP};
	assert_int_equal(ask_answer(&q.ask, &q.err), -1);
	check_err("client", &q.err, ERR_GONE, NULL);
	assert_null(q.ask.lease);
	assert_int_equal(lease_count(&f->asker.lease, &counts), 0);
	assert_int_equal(counts.leases[LEASE_COLD], 0);
	question_finish(&q);
	close(client[0]);
}

/* As a client sends it: the same words again, the answer, and something new. */
TEST(kept_child_goes_on)
{
	CLEANUP_BUF struct buf text = BUF_INIT(ANSWER_MAX_TEXT);
	const char *texts[] = {"Hello", NULL, "And now?"};
	struct question first, next;

	question_begin(&first, *state, texts, 1);
	question_must_be_answered(&first);
	ask_keep(&first.ask);
	answer_join(&first.answer, BLOCK_TEXT, &text);
	texts[1] = buf_str(&text);
	question_begin(&next, *state, texts, 3);
	question_must_be_answered(&next);
	assert_string_equal(next.ask.lease, "continued");
	question_finish(&next);
	question_finish(&first);
}

TEST_EACH(set_up, tear_down);

int main(int argc, char **argv)
{
	if (argc != 2 || sodium_init() < 0)
		return 1;
	program = argv[1];
	return tests_run("ask");
}
