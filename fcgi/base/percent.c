#include "base/percent.h"

#include <string.h>

/* The value of a hexadecimal digit, -1 for any other character. */
static int digit_of(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *digit = c != '\0' ? strchr(digits, c) : NULL;

	return digit != NULL ? (int)(digit - digits) % 16 : -1;
}

char percent_take(const char **at)
{
	const char *s = *at;
	int high = s[0] == '%' ? digit_of(s[1]) : -1;
	int low = high >= 0 ? digit_of(s[2]) : -1;

	*at += low >= 0 ? 3 : 1;
	return (char)(low >= 0 ? high * 16 + low : s[0]);
}
