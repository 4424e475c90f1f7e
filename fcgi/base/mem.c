#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static void *or_die(void *p)
{
	if (p == NULL) {
		fputs("claude-code-proxy: out of memory\n", stderr);
		quick_exit(70);
	}
	return p;
}

void *mem_alloc(size_t size)
{
	return or_die(calloc(1, size ? size : 1));
}

void *mem_grow(void *p, size_t size)
{
	return or_die(realloc(p, size ? size : 1));
}

char *mem_strdup(const char *s)
{
	return or_die(strdup(s));
}

void *mem_share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return or_die(p != MAP_FAILED ? p : NULL);
}

void mem_unshare(void *p, size_t size)
{
	if (p != NULL)
		munmap(p, size);
}

void mem_free_slot(void *pp)
{
	free(mem_steal(pp));
}
