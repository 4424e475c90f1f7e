#include "wire/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void answer_finish(struct answer *a)
{
	for (size_t i = 0; i < a->n_blocks; i++)
		buf_finish(&a->blocks[i].text);
	free(a->blocks);
	free(a->model);
	*a = (struct answer){0};
}

static void open_block(struct answer *a, enum block_kind kind)
{
	a->blocks = mem_grow(a->blocks, (a->n_blocks + 1) * sizeof(*a->blocks));
	a->blocks[a->n_blocks++] = (struct block){.kind = kind, .text = BUF_INIT(ANSWER_MAX_TEXT)};
}

static int add_text(struct answer *a, const char *text, struct err *err)
{
	size_t n = strlen(text);

	if (a->n_blocks == 0)
		return err_set(err, ERR_UPSTREAM, "claude sent text outside a content block.");
	if (n > ANSWER_MAX_TEXT - a->text_len)
		return err_set(err, ERR_UPSTREAM, "The answer is longer than %zu bytes.",
			(size_t)ANSWER_MAX_TEXT);
	a->text_len += n;
	return buf_add(&a->blocks[a->n_blocks - 1].text, text, n);
}

int answer_add(struct answer *a, const struct event *ev, struct err *err)
{
	switch (ev->kind) {
	case EVENT_START:
		a->model = mem_strdup(ev->model);
		return 0;
	case EVENT_OPEN:
		open_block(a, ev->block);
		return 0;
	case EVENT_TEXT:
	case EVENT_THINK:
		return add_text(a, ev->text, err);
	case EVENT_CLOSE:
		return 0;
	case EVENT_USAGE:
		a->usage = ev->usage;
		return 0;
	case EVENT_STOP:
		a->stop = ev->stop;
		a->stopped = true;
		return 0;
	case EVENT_FAIL:
		a->failure = *ev->fail;
		return 0;
	}
	return 0;
}

const struct block *answer_last(const struct answer *a)
{
	return a->n_blocks > 0 ? &a->blocks[a->n_blocks - 1] : NULL;
}
