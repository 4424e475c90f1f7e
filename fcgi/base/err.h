/*
 * The one error type: its kind, and a message that tells the client what went wrong.
 *
 * A fallible function returns int 0 or -1 and takes a struct err last, which the
 * lowest layer that knows the cause fills. Only serve, keeper and start log it or
 * answer with it. How a kind looks to a client (status, type, code) is
 * wire/error.h's business.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_kind {
	ERR_NONE,
	ERR_INVALID,     /* the request cannot be served as it is */
	ERR_UNSUPPORTED, /* a parameter that would change the result is not served */
	ERR_CONTEXT,     /* the conversation is longer than the model takes */
	ERR_KEY,         /* no key, or a wrong one */
	ERR_ORIGIN,      /* a browser page that is not allowed */
	ERR_NOT_FOUND,
	ERR_MODEL, /* no such model */
	ERR_METHOD,
	ERR_UPGRADE, /* a WebSocket is asked for */
	ERR_TOO_LARGE,
	ERR_MEDIA_TYPE,
	ERR_RATE_LIMIT, /* here or upstream: come back later */
	ERR_QUOTA,      /* upstream wants money or an account in order */
	ERR_LOGIN,      /* the CLI is not logged in */
	ERR_INTERNAL,   /* this program or its installation is at fault */
	ERR_UPSTREAM,   /* the child failed or made no sense */
	ERR_OVERLOADED, /* upstream or this proxy is full */
	ERR_TIMEOUT,
	ERR_GONE, /* the client left: nobody to answer */
	ERR_KINDS
};

struct err {
	enum err_kind kind;
	unsigned retry_after; /* seconds, 0 = not said */
	char param[64];       /* the parameter at fault, "" = none */
	char message[512];    /* UTF-8; a longer one is cut at a character */
};

const char *err_name(enum err_kind kind); /* one word, for the log */

/* Fills *e and returns -1, so that a failing function can `return err_set(...)`. */
int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Does what err_set does, and names the parameter at fault, cut to 63 bytes:
 * err_param(e, kind, "messages[3].content", "is ...").
 */
int err_param(struct err *e, enum err_kind kind, const char *param, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
