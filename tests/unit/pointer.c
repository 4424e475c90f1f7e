/* References inside a schema. */
#include "base/pointer.h"

#include "support/check.h"

TEST(find)
{
	static const struct {
		const char *ref;
		int want; /* the number there, -1 for none */
	} rows[] = {
		{"#/a", 1},
		{"#/b/1", 3},
		{"#/b/01", 3},
		{"#/c~1d~0/e%20f/g%5B%5d", 4},
		{"#/c/d", -1},
		{"#/b/x", -1},
		{"#/b/9", -1},
		{"#/b/-1", -1},
		{"#/a/x", -1},
		{"#/%zz", 5},
		{"#/", 6},
		{"#/x", -1},
		{"#a", -1},
		{"a", -1},
		{"", -1},
		{"http://x/y#/a", -1},
	};
	CLEANUP_JSON cJSON *root =
		json_of("{'a':1,'b':[2,3],'c/d~':{'e f':{'g[]':4}},'%zz':5,'':6}");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const cJSON *found = pointer_find(root, rows[i].ref);
		int number = cJSON_IsNumber(found) ? found->valueint : -1;

		check(number == rows[i].want, "%s: %d", rows[i].ref, number);
	}
	assert_ptr_equal(pointer_find(root, "#"), root);
}

TEST(next)
{
	const char *at = "/abcdef/~01%41/";
	char token[5];

	pointer_next(&at, token, sizeof(token));
	assert_string_equal(token, "abcd");
	pointer_next(&at, token, sizeof(token));
	assert_string_equal(token, "~1A");
	assert_string_equal(at, "/");
	pointer_next(&at, token, sizeof(token));
	assert_string_equal(token, "");
	assert_string_equal(at, "");
}
