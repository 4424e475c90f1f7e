#include "serve/outcome.h"

#include "base/log.h"
#include "base/mem.h"

static void log_reason(const struct outcome *o)
{
	const struct log_field fields[] = {
		LOG_TEXT("id", o->id),
		LOG_TEXT("reason", o->reason),
	};

	log_event(LOG_LEVEL_ERROR, "request failed", fields, ARRAY_LEN(fields));
}

void outcome_log(const struct outcome *o)
{
	const struct log_field fields[] = {
		LOG_TEXT("id", o->id),
		LOG_TEXT("method", o->method),
		LOG_TEXT("path", o->path),
		LOG_TEXT("key", o->key),
		LOG_NUMBER("status", o->status),
		LOG_TEXT("model", o->model),
		LOG_TEXT("lease", o->lease),
		LOG_NUMBER("first_ms", o->first_ms >= 0 ? o->first_ms : o->ms),
		LOG_NUMBER("ms", o->ms),
		LOG_NUMBER("in", o->usage.input + o->usage.cache_read + o->usage.cache_write),
		LOG_NUMBER("out", o->usage.output),
		LOG_TEXT("error", err_name(o->error)),
	};

	log_event(LOG_LEVEL_INFO, "request", fields, ARRAY_LEN(fields));
	if (o->reason != NULL)
		log_reason(o);
}
