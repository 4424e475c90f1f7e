#include "turn/answer.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

static void block_finish(struct block *b)
{
	buf_finish(&b->text);
	free(b->call_id);
	free(b->signature);
}

void answer_finish(struct answer *a)
{
	for (size_t i = 0; i < a->n_blocks; i++)
		block_finish(&a->blocks[i]);
	free(a->blocks);
	free(a->model);
	*a = (struct answer){0};
}

static void open_block(struct answer *a, const struct event *ev)
{
	struct block *b;

	a->blocks = mem_grow(a->blocks, (a->n_blocks + 1) * sizeof(*a->blocks));
	b = &a->blocks[a->n_blocks++];
	*b = (struct block){
		.kind = ev->block,
		.text = BUF_INIT(ANSWER_MAX_TEXT),
		.tool = ev->tool,
		.call_id = ev->call_id != NULL ? mem_strdup(ev->call_id) : NULL,
	};
}

static int add_text(struct answer *a, const char *text, struct err *err)
{
	size_t n = strlen(text);

	if (a->n_blocks == 0)
		return err_set(err, ERR_UPSTREAM, "claude sent text outside a content block.");
	if (n > ANSWER_MAX_TEXT - a->text_len)
		return err_set(err, ERR_INVALID,
			"The answer is longer than %zu bytes: ask for less at once.",
			(size_t)ANSWER_MAX_TEXT);
	a->text_len += n;
	return buf_add(&a->blocks[a->n_blocks - 1].text, text, n);
}

static void close_block(struct answer *a)
{
	if (a->n_blocks > 0)
		a->blocks[a->n_blocks - 1].closed = true;
}

static void sign_block(struct answer *a, const char *signature)
{
	if (a->n_blocks == 0)
		return;
	free(a->blocks[a->n_blocks - 1].signature);
	a->blocks[a->n_blocks - 1].signature = mem_strdup(signature);
}

int answer_add(struct answer *a, const struct event *ev, struct err *err)
{
	switch (ev->kind) {
	case EVENT_START:
		a->model = mem_strdup(ev->model);
		return 0;
	case EVENT_OPEN:
		open_block(a, ev);
		return 0;
	case EVENT_TEXT:
	case EVENT_THINK:
	case EVENT_ARGS:
		return add_text(a, ev->text, err);
	case EVENT_SIGN:
		sign_block(a, ev->text);
		return 0;
	case EVENT_CLOSE:
		close_block(a);
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

size_t answer_count(const struct answer *a, enum block_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n_blocks; i++)
		n += a->blocks[i].kind == kind;
	return n;
}

void answer_join(const struct answer *a, enum block_kind kind, struct buf *out)
{
	for (size_t i = 0; i < a->n_blocks; i++)
		if (a->blocks[i].kind == kind)
			buf_puts(out, buf_str(&a->blocks[i].text));
}

char *answer_custom_input(const struct block *b)
{
	CLEANUP_JSON cJSON *arguments = cJSON_Parse(buf_str(&b->text));
	const char *input = json_get_string(arguments, TOOL_CUSTOM_ARGUMENT);

	return mem_strdup(input != NULL ? input : "");
}
