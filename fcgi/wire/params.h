/*
 * The parameters of a format and what becomes of each: the table that
 * claude-code-proxy-api(7) shows, and the one place where one that is not served is refused or
 * noted.
 *
 * A parameter that is in no table is ignored: clients send many of their own.
 */
#ifndef WIRE_PARAMS_H
#define WIRE_PARAMS_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

enum param_fate {
	PARAM_HONOURED,
	PARAM_IGNORED, /* the answer is the same kind of answer without it */
	PARAM_REFUSED  /* the answer would be another one without it */
};

struct param {
	const char *name;
	enum param_fate fate;
	bool (*matters)(const struct cJSON *value); /* NULL: any value does */
};

/* Those of a format. */
struct params {
	const struct param *list;
	size_t n;
};

/*
 * -1 naming the parameter: ERR_UNSUPPORTED for one that is refused and matters, ERR_INVALID
 * for one that stands there twice.
 */
int params_check(
	const struct params *table, struct request *req, const struct cJSON *body, struct err *err);

bool param_is_set(const struct cJSON *v);    /* anything but false */
bool param_is_filled(const struct cJSON *v); /* anything but an empty array or object */
bool param_is_above_zero(const struct cJSON *v);

/*
 * Members that both formats have: model, stream, temperature, top_p, parallel_tool_calls.
 * -1, ERR_INVALID naming the one that has a wrong type or value.
 */
int params_parse_common(struct request *req, const struct cJSON *body, struct err *err);

/*
 * temperature and top_p reach the model only while it does not think, and not both at once.
 * Those that do not are noted as ignored. After effort and tools were read.
 */
void params_settle_sampling(struct request *req);

/* A whole number of at least 1 in *n, left alone when the member is absent. */
int params_parse_count(
	const struct cJSON *body, const char *name, unsigned long *n, struct err *err);

/* A value of reasoning_effort or reasoning.effort, NULL leaves *effort alone. */
int params_parse_effort(
	const struct cJSON *value, const char *name, enum effort *effort, struct err *err);

/*
 * A response_format or text.format object: the request's schema, as schema/schema.h makes it. NULL
 * is free text.
 */
int params_parse_format(
	struct request *req, const struct cJSON *format, const char *name, struct err *err);

#endif
