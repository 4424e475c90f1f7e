#include "base/secret.h"

#include <string.h>

#include "support/check.h"

TEST(forget)
{
	char before[] = "PROXY_API_KEYS=stays", key[] = "PROXY_API_KEY=sesame-1";
	char after[] = "PROXY_API_KEY_FILE=stays", again[] = "PROXY_API_KEY=sesame-1 again";
	char empty[] = "PROXY_API_KEY=", none[] = "PROXY_API_KEY";
	char once[] = "REDIRECT_PROXY_API_KEY=sesame-1";
	char twice[] = "REDIRECT_REDIRECT_PROXY_API_KEY=sesame-1";
	char other[] = "REDIRECT_PROXY_API_KEYS=stays", within[] = "X_PROXY_API_KEY=stays";
	char *environment[] = {
		before, key, after, empty, none, again, once, twice, other, within, NULL};

	secret_forget(environment, "PROXY_API_KEY");
	assert_null(memmem(key, sizeof(key), "sesame", 6));
	assert_null(memmem(key, sizeof(key), "-1", 2));
	assert_null(memmem(again, sizeof(again), "again", 5));
	assert_null(memmem(once, sizeof(once), "sesame", 6));
	assert_null(memmem(twice, sizeof(twice), "-1", 2));
	secret_forget(environment, "PROXY_LOG");
	assert_string_equal(before, "PROXY_API_KEYS=stays");
	assert_string_equal(after, "PROXY_API_KEY_FILE=stays");
	assert_string_equal(other, "REDIRECT_PROXY_API_KEYS=stays");
	assert_string_equal(within, "X_PROXY_API_KEY=stays");
}
