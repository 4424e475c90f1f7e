#include "base/buf.h"

#include <string.h>

#include "support/check.h"

TEST(empty)
{
	CLEANUP_BUF struct buf b = BUF_INIT(10);

	assert_string_equal(buf_str(&b), "");
	assert_null(b.data);
	buf_drop(&b, 0);
	buf_clear(&b);
	assert_int_equal(b.len, 0);
}

TEST(add)
{
	CLEANUP_BUF struct buf b = BUF_INIT(100);

	assert_int_equal(buf_add(&b, "a\0b", 3), 0);
	assert_int_equal(buf_puts(&b, "cd"), 0);
	assert_int_equal(buf_printf(&b, "%d-%s", 7, "x"), 0);
	assert_int_equal(b.len, 8);
	assert_memory_equal(b.data, "a\0bcd7-x", 9);
}

TEST(growth_keeps_bytes)
{
	CLEANUP_BUF struct buf b = BUF_INIT(100000);

	for (int i = 0; i < 10000; i++)
		assert_int_equal(buf_printf(&b, "%04d ", i), 0);
	assert_int_equal(b.len, 50000);
	assert_memory_equal(b.data, "0000 0001 ", 10);
	assert_string_equal(b.data + 49995, "9999 ");
}

/* What does not fit is not added in part, and what fits afterwards still is. */
TEST(maximum)
{
	CLEANUP_BUF struct buf b = BUF_INIT(5);

	assert_int_equal(buf_puts(&b, "abc"), 0);
	assert_int_equal(buf_puts(&b, "def"), -1);
	assert_int_equal(buf_printf(&b, "%d", 123), -1);
	assert_int_equal(buf_add(&b, "x", SIZE_MAX), -1);
	assert_string_equal(buf_str(&b), "abc");
	assert_int_equal(buf_puts(&b, "de"), 0);
	assert_string_equal(buf_str(&b), "abcde");
	assert_int_equal(buf_puts(&b, ""), 0);
	assert_int_equal(buf_puts(&b, "f"), -1);
	assert_int_equal(b.len, 5);
}

TEST(maximum_of_nothing)
{
	CLEANUP_BUF struct buf b = BUF_INIT(0);

	assert_int_equal(buf_add(&b, NULL, 0), 0);
	assert_int_equal(buf_puts(&b, "a"), -1);
	assert_string_equal(buf_str(&b), "");
}

TEST(drop)
{
	CLEANUP_BUF struct buf b = BUF_INIT(100);

	buf_puts(&b, "abcdef");
	buf_drop(&b, 2);
	assert_string_equal(buf_str(&b), "cdef");
	buf_drop(&b, 0);
	assert_int_equal(b.len, 4);
	buf_drop(&b, 4);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(b.len, 0);
}

TEST(clear_keeps_memory)
{
	CLEANUP_BUF struct buf b = BUF_INIT(100);
	const char *memory;

	buf_puts(&b, "abc");
	memory = b.data;
	buf_clear(&b);
	assert_string_equal(buf_str(&b), "");
	buf_puts(&b, "xyz");
	assert_ptr_equal(b.data, memory);
	assert_string_equal(buf_str(&b), "xyz");
}

TEST(finish)
{
	struct buf b;

	buf_init(&b, 4);
	buf_puts(&b, "abcd");
	buf_finish(&b);
	buf_finish(&b);
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	assert_int_equal(buf_puts(&b, "efgh"), 0);
	assert_int_equal(buf_puts(&b, "i"), -1);
	buf_finish(&b);
}
