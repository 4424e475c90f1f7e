#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static enum log_level threshold = LOG_LEVEL_INFO;
static enum log_format format = LOG_LOGFMT;

void log_set_level(enum log_level level)
{
	threshold = level;
}

void log_set_format(enum log_format new_format)
{
	format = new_format;
}

void log_event(enum log_level level, const char *msg, const struct log_field *fields, size_t n)
{
	static const char *const names[] = {"error", "warn", "info", "debug"};
	time_t now;
	struct tm tm;
	char stamp[32];
	struct logline line;

	if (level > threshold)
		return;
	now = time(NULL);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	logline_init(&line, format);
	logline_add(&line, &(struct log_field)LOG_TEXT("time", stamp));
	logline_add(&line, &(struct log_field)LOG_TEXT("level", names[level]));
	logline_add(&line, &(struct log_field)LOG_NUMBER("pid", getpid()));
	logline_add(&line, &(struct log_field)LOG_TEXT("msg", msg));
	for (size_t i = 0; i < n; i++)
		logline_add(&line, &fields[i]);
	logline_end(&line);
	if (write(STDERR_FILENO, line.bytes, line.len) < 0)
		return; /* there is nowhere to say that stderr is gone */
}

__attribute__((format(printf, 2, 0))) static void log_text(
	enum log_level level, const char *fmt, va_list ap)
{
	char msg[LOGLINE_MAX];

	if (level > threshold)
		return;
	vsnprintf(msg, sizeof(msg), fmt, ap);
	log_event(level, msg, NULL, 0);
}

#define DEFINE_LOG(name, level)                                                                    \
	void name(const char *fmt, ...)                                                            \
	{                                                                                          \
		va_list ap;                                                                        \
                                                                                                   \
		va_start(ap, fmt);                                                                 \
		log_text(level, fmt, ap);                                                          \
		va_end(ap);                                                                        \
	}

DEFINE_LOG(log_error, LOG_LEVEL_ERROR)
DEFINE_LOG(log_warn, LOG_LEVEL_WARN)
DEFINE_LOG(log_info, LOG_LEVEL_INFO)
DEFINE_LOG(log_debug, LOG_LEVEL_DEBUG)

void log_exit(const char *who, int pid, int status)
{
	if (WIFSIGNALED(status))
		log_warn("%s %d was ended by signal %d", who, pid, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		log_warn("%s %d ended with status %d", who, pid, WEXITSTATUS(status));
}
