#include "ask/catalog.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

#define WORDS ((sizeof(struct about) + sizeof(uint64_t) - 1) / sizeof(uint64_t))

struct catalog {
	atomic_uint_least64_t checksum; /* of the words; 0 while there are none */
	atomic_uint_least64_t words[WORDS];
};

/* One `struct about`, as the words that are shared. */
union image {
	struct about about;
	uint64_t words[WORDS];
};

struct catalog *catalog_create(void)
{
	return mem_share(sizeof(struct catalog));
}

void catalog_destroy(struct catalog *c)
{
	mem_unshare(c, sizeof(*c));
}

/* FNV-1a over words, and never 0. It detects accidents; attacks it need not. */
static uint64_t checksum(const union image *image)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (size_t i = 0; i < WORDS; i++)
		sum = (sum ^ image->words[i]) * 0x100000001b3;
	return sum != 0 ? sum : 1;
}

/* Fills *image with all that is known, or with zeros; whether anything is known. */
static bool read_image(const struct catalog *c, union image *image)
{
	uint64_t sum = atomic_load(&c->checksum);

	for (size_t i = 0; i < WORDS; i++)
		image->words[i] = atomic_load_explicit(&c->words[i], memory_order_relaxed);
	if (sum != 0 && sum == checksum(image))
		return true;
	memset(image, 0, sizeof(*image));
	return false;
}

static void write_image(struct catalog *c, const union image *image)
{
	for (size_t i = 0; i < WORDS; i++)
		atomic_store_explicit(&c->words[i], image->words[i], memory_order_relaxed);
	atomic_store(&c->checksum, checksum(image));
}

void catalog_learn(struct catalog *c, const struct about *about)
{
	union image known, news;

	read_image(c, &known);
	news = known;
	about_merge(&news.about, about);
	if (memcmp(&news, &known, sizeof(news)) != 0)
		write_image(c, &news);
}

void catalog_tell(const struct catalog *c, struct about *about)
{
	union image known;

	read_image(c, &known);
	*about = known.about;
}
