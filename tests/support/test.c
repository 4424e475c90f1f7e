#include "support/test.h"

#include <stdlib.h>

#include "support/check.h"

#define TESTS_MAX 64

static struct {
	struct CMUnitTest list[TESTS_MAX];
	size_t n;
	test_fixture *begin, *end, *begin_each, *end_each;
} tests;

void tests_add(const char *name, void (*test)(void **state))
{
	if (tests.n == TESTS_MAX)
		abort();
	tests.list[tests.n++] = (struct CMUnitTest){.name = name, .test_func = test};
}

void tests_group(test_fixture *begin, test_fixture *end)
{
	tests.begin = begin;
	tests.end = end;
}

void tests_each(test_fixture *begin, test_fixture *end)
{
	tests.begin_each = begin;
	tests.end_each = end;
}

int tests_run(const char *name)
{
	for (size_t i = 0; i < tests.n; i++) {
		tests.list[i].setup_func = tests.begin_each;
		tests.list[i].teardown_func = tests.end_each;
	}
	if (tests.n == 0)
		return 1;
	return _cmocka_run_group_tests(name, tests.list, tests.n, tests.begin, tests.end);
}
