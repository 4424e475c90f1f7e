#include "ipc/lease_counts.h"

#include <assert.h>

#include "base/mem.h"

const char *lease_kind_name(enum lease_kind kind)
{
	static const char *const names[] = {
		[LEASE_CONTINUED] = "continued",
		[LEASE_SPARE] = "spare",
		[LEASE_COLD] = "cold",
	};

	static_assert(ARRAY_LEN(names) == LEASE_KINDS, "each has a name");
	return (unsigned)kind < LEASE_KINDS ? names[kind] : "unknown";
}
