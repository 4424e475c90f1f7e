#include <errno.h>
#include <sodium.h>

#include "support/test.h"

int main(void)
{
	if (sodium_init() < 0)
		return 1;
	return tests_run(program_invocation_short_name);
}
