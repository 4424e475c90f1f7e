#include "support/ask.h"

#include <string.h>

#include "support/check.h"
#include "support/describe.h"

#define TEXT_MAX ((size_t)1 << 20)

int ask_try(const struct wire *wire, struct request *req, const char *quoted, struct err *err)
{
	CLEANUP_JSON cJSON *body = json_of(quoted);

	*err = (struct err){0};
	request_init(req);
	return wire->parse(req, body, err);
}

void ask(const struct wire *wire, struct request *req, const char *quoted)
{
	struct err err;

	check(ask_try(wire, req, quoted, &err) == 0, "%s: %s", quoted, err.message);
}

static void check_text(const char *name, const struct buf *got, const char *want)
{
	check(strcmp(buf_str(got), want) == 0, "%s\ngave\n%s\nwant\n%s", name, buf_str(got), want);
}

void check_conversation(const char *name, const struct request *req, const char *want)
{
	CLEANUP_BUF struct buf text = BUF_INIT(TEXT_MAX);

	describe_request(&text, req);
	check_text(name, &text, want);
}

void check_tools(const char *name, const struct request *req, const char *want)
{
	CLEANUP_FREE char *quoted = json_quote(want);
	CLEANUP_BUF struct buf text = BUF_INIT(TEXT_MAX);

	describe_tools(&text, &req->tools);
	check_text(name, &text, quoted);
}

void check_ignored(const char *name, const struct request *req, const char *want)
{
	CLEANUP_BUF struct buf text = BUF_INIT(TEXT_MAX);

	for (size_t i = 0; i < req->ignored.n; i++)
		buf_printf(&text, "%s%s", i > 0 ? " " : "", req->ignored.names[i]);
	check_text(name, &text, want);
}

int tell_child(struct replay *r, unsigned acks, struct buf *out)
{
	CLEANUP(aliases_finish) struct aliases aliases;
	int result;

	aliases_init(&aliases, &r->request->tools);
	r->aliases = &aliases;
	result = replay_next(r, acks, out);
	r->aliases = NULL;
	return result;
}
