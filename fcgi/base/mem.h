/*
 * Allocation that cannot fail, and locals that free themselves.
 *
 * Out of memory is fatal to the process: it says so on stderr and ends with
 * quick_exit(70); the keeper starts another worker. No request can cause it alone,
 * because every buffer that grows with peer input has a maximum (buf.h).
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);         /* zeroed */
void *mem_grow(void *p, size_t size); /* as realloc; what it adds is not zeroed */
char *mem_strdup(const char *s);

/*
 * Returns zeroed memory that this process has in common with all that it forks from now on. The
 * caller unmaps it with mem_unshare and the same size, which does nothing for NULL.
 */
void *mem_share(size_t size);
void mem_unshare(void *p, size_t size);

/* Takes the pointer out of *pp, so that its cleanup attribute leaves it alone. */
static inline void *mem_steal(void *pp)
{
	void **slot = pp;
	void *p = *slot;

	*slot = NULL;
	return p;
}

/* Takes the descriptor out of *slot in the same way, and leaves -1 there. */
static inline int mem_steal_fd(int *slot)
{
	int fd = *slot;

	*slot = -1;
	return fd;
}

void mem_free_slot(void *pp); /* frees what *pp points to, and makes *pp NULL */

#define CLEANUP(fn)  __attribute__((cleanup(fn)))
#define CLEANUP_FREE CLEANUP(mem_free_slot)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
