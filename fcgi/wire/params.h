/*
 * The parameters of a format, and what becomes of each. claude-code-proxy-api(7) shows these
 * tables, and params_check alone refuses a parameter that is not served, or notes it as ignored.
 *
 * A parameter that is in no table is passed over: clients send many of their own.
 */
#ifndef WIRE_PARAMS_H
#define WIRE_PARAMS_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

enum param_fate {
	PARAM_HONOURED,
	PARAM_IGNORED, /* without it the answer is still what the client asked for */
	PARAM_REFUSED  /* without it the answer would not be what the client asked for */
};

struct param {
	const char *name;
	enum param_fate fate;
	/* Whether the value asks for more than is done without it; NULL: any value does. */
	bool (*matters)(const struct cJSON *value);
};

/* The parameters of a format. */
struct params {
	const struct param *list;
	size_t n;
};

/*
 * Notes in req which parameters of the body are ignored. -1 naming the parameter: ERR_UNSUPPORTED,
 * it is refused and its value matters; ERR_INVALID, it stands in the body twice.
 */
int params_check(
	const struct params *table, struct request *req, const struct cJSON *body, struct err *err);

bool param_is_set(const struct cJSON *v);    /* anything but false */
bool param_is_filled(const struct cJSON *v); /* anything but an empty array or object */
bool param_is_above_zero(const struct cJSON *v);

/*
 * Reads the members that all formats have: model, stream, temperature, top_p, parallel_tool_calls.
 * -1, ERR_INVALID naming the member: it has a wrong type or value.
 */
int params_parse_common(struct request *req, const struct cJSON *body, struct err *err);

/*
 * Takes out of req the temperature and top_p that the API would refuse, and notes them as ignored:
 * it takes neither when the model thinks, and else only one of them. A temperature above 1 becomes
 * 1, the API's highest. To be called after effort and tools were read.
 */
void params_settle_sampling(struct request *req);

/*
 * Reads the member `name` into *n, which is left alone when it is not set. -1, ERR_INVALID naming
 * it: it is no whole number from 1 to 1e9.
 */
int params_parse_count(
	const struct cJSON *body, const char *name, unsigned long *n, struct err *err);

/* Reads the value, which errors call `name`; NULL leaves *effort alone. -1: ERR_INVALID. */
int params_parse_effort(
	const struct cJSON *value, const char *name, enum effort *effort, struct err *err);

/*
 * Reads response_format or text.format, which errors call `name`: sets the request's schema, as
 * schema/schema.h rewrites it. NULL stands for free text. -1: ERR_INVALID.
 */
int params_parse_format(
	struct request *req, const struct cJSON *format, const char *name, struct err *err);

#endif
