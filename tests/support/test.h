/*
 * The tests of a program: TEST(name) { ... } defines one, and `state` is cmocka's. All of them run,
 * in the order in which they stand. test_main.c has the main of a program that needs no other.
 */
#ifndef SUPPORT_TEST_H
#define SUPPORT_TEST_H

#define TEST(name)                                                                                 \
	static void test_##name(void **state);                                                     \
	static __attribute__((constructor)) void test_add_##name(void)                             \
	{                                                                                          \
		tests_add(#name, test_##name);                                                     \
	}                                                                                          \
	static void test_##name(__attribute__((unused)) void **state)

/* Has cmocka call `begin` before the first test and `end`, or NULL, after the last. */
#define TEST_GROUP(begin, end)                                                                     \
	static __attribute__((constructor)) void test_add_group(void)                              \
	{                                                                                          \
		tests_group(begin, end);                                                           \
	}                                                                                          \
	_Static_assert(1, "it wants a semicolon")

/* Has cmocka call `begin` before each test and `end` after it. */
#define TEST_EACH(begin, end)                                                                      \
	static __attribute__((constructor)) void test_add_each(void)                               \
	{                                                                                          \
		tests_each(begin, end);                                                            \
	}                                                                                          \
	_Static_assert(1, "it wants a semicolon")

typedef int test_fixture(void **state);

void tests_add(const char *name, void (*test)(void **state));
void tests_group(test_fixture *begin, test_fixture *end);
void tests_each(test_fixture *begin, test_fixture *end);

/* Runs the tests as the group `name`, and returns how many failed; 1 if there are none. */
int tests_run(const char *name);

#endif
