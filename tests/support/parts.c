#include "support/parts.h"

#include "support/ask.h"
#include "support/check.h"
#include "wire/content.h"

static int parse(struct request *req, enum where where, const char *quoted, struct err *err)
{
	CLEANUP_JSON cJSON *content = json_of(quoted);
	struct turn *t;
	struct part *result;

	*err = (struct err){0};
	request_init(req);
	if (where == SYSTEM)
		return content_parse_system(req, content, "here", err);
	t = request_add_turn(req, ROLE_USER);
	if (where == TURN)
		return content_parse(req, t, content, "here", err);
	result = turn_add(t, PART_RESULT);
	result->id = mem_strdup("1");
	return content_parse_result(result, content, "here", err);
}

void check_taken(enum where where, const char *content, const char *want)
{
	CLEANUP(request_finish) struct request req;
	struct err err;

	check(parse(&req, where, content, &err) == 0, "%s: %s", content, err.message);
	check_conversation(content, &req, want);
}

void check_refused(enum where where, const char *content, const char *param)
{
	CLEANUP(request_finish) struct request req;
	struct err err;

	check(parse(&req, where, content, &err) == -1, "%s is taken", content);
	check_err(content, &err, ERR_INVALID, param);
}
