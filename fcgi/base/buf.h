/*
 * A growing byte buffer with a maximum.
 *
 * A buffer begins with BUF_INIT(max) or buf_init and ends with buf_finish. Its bytes are
 * always followed by a NUL, which `len` and `max` do not count. An add that would pass the
 * maximum adds nothing and returns -1; the buffer stays usable.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data; /* NULL until the first add */
	size_t len;
	size_t size;
	size_t max;
};

#define BUF_INIT(limit)                                                                            \
	{                                                                                          \
		.max = (limit)                                                                     \
	}
#define CLEANUP_BUF __attribute__((cleanup(buf_finish)))

void buf_init(struct buf *b, size_t max);
void buf_finish(struct buf *b); /* frees the bytes; b is then empty and may be finished again */

int buf_add(struct buf *b, const void *p, size_t n);
int buf_puts(struct buf *b, const char *s);
int buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void buf_drop(struct buf *b, size_t n);  /* removes the first n bytes; n <= b->len */
void buf_cut(struct buf *b, size_t len); /* keeps the first len bytes; len <= b->len */
void buf_clear(struct buf *b);           /* removes all bytes, keeps the memory */

const char *buf_str(const struct buf *b); /* the bytes, "" if there are none; until the next add */

#endif
