#include "turn/fingerprint.h"

#include <float.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "turn/tool_rename.h"

/* Of one answer, or of one turn of the history: a body is bounded long before this. */
#define TEXT_MAX ((size_t)1 << 30)

struct hash {
	crypto_generichash_state state;
};

/* Each field says how long it is, so that no two lists of fields are the same bytes. */
static void add(struct hash *h, char tag, const void *p, size_t n)
{
	unsigned char head[9] = {(unsigned char)tag};

	for (size_t i = 0; i < 8; i++)
		head[1 + i] = (unsigned char)((uint64_t)n >> (8 * i));
	crypto_generichash_update(&h->state, head, sizeof(head));
	crypto_generichash_update(&h->state, p, n);
}

static void add_string(struct hash *h, char tag, const char *s)
{
	if (s != NULL)
		add(h, tag, s, strlen(s));
	else
		add(h, '-', "", 0);
}

static char tag_of(enum tool_kind kind)
{
	switch (kind) {
	case TOOL_FUNCTION:
		return 'F';
	case TOOL_CUSTOM:
		return 'X';
	case TOOL_SEARCH:
		return 'Q';
	}
	return 'F';
}

static void add_tools(struct hash *h, const struct tools *tools)
{
	for (size_t i = 0; i < tools->n; i++) {
		const struct tool *t = &tools->list[i];

		add_string(h, tag_of(t->kind), t->name);
		add_string(h, 's', t->space);
		add_string(h, 'd', t->description);
		add_string(h, 'p', t->schema);
	}
}

/* Whether a number has more digits than a double holds: once read, it may look like another one. */
static bool has_long_number(const char *text)
{
	size_t digits = 0;

	for (; *text != '\0' && digits <= DBL_DIG; text++)
		digits = *text >= '0' && *text <= '9' ? digits + 1 : 0;
	return digits > DBL_DIG;
}

/* JSON that is not read is hashed as text: repaired as by json_parse, without white space. */
static char *as_written(const char *text)
{
	CLEANUP_BUF struct buf repaired = BUF_INIT(TEXT_MAX);

	buf_puts(&repaired, "");
	json_repair(&repaired, text, strlen(text));
	cJSON_Minify(repaired.data);
	return mem_steal(&repaired.data);
}

/*
 * Arguments are hashed as cJSON writes them, as a client may have read them and written them anew.
 */
static void add_arguments(struct hash *h, const char *text)
{
	struct err unused;
	CLEANUP_JSON cJSON *value =
		has_long_number(text) ? NULL : json_parse(text, strlen(text), &unused);
	CLEANUP_FREE char *plain = value != NULL ? cJSON_PrintUnformatted(value) : as_written(text);

	add_string(h, 'a', plain);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Of an assistant's turn all the text is hashed first, without the white space around it. */
static void add_said(struct hash *h, const struct buf *text)
{
	const char *s = buf_str(text);
	size_t n = text->len;

	while (n > 0 && is_blank(s[n - 1]))
		n--;
	while (n > 0 && is_blank(*s)) {
		s++;
		n--;
	}
	add(h, 'A', s, n);
}

static void add_call(struct hash *h, const char *space, const char *name, const char *arguments)
{
	add_string(h, 'C', name);
	add_string(h, 's', space);
	add_arguments(h, arguments);
}

static void add_assistant(struct hash *h, const struct turn *t)
{
	CLEANUP_BUF struct buf text = BUF_INIT(TEXT_MAX);

	for (size_t i = 0; i < t->n_parts; i++)
		if (t->parts[i].kind == PART_TEXT)
			buf_puts(&text, t->parts[i].text);
	add_said(h, &text);
	for (size_t i = 0; i < t->n_parts; i++)
		if (t->parts[i].kind == PART_CALL)
			add_call(h, t->parts[i].space, t->parts[i].name, t->parts[i].text);
}

/* A call is hashed with the names that it will have when the client has sent it back. */
static void add_answered_call(struct hash *h, const struct block *b)
{
	CLEANUP_FREE char *arguments = tool_rename_told(b->tool->names, buf_str(&b->text));

	add_call(h, b->tool->space, b->tool->name, arguments);
}

static void add_answer(struct hash *h, const struct answer *a)
{
	CLEANUP_BUF struct buf text = BUF_INIT(TEXT_MAX);

	answer_join(a, BLOCK_TEXT, &text);
	add_said(h, &text);
	for (size_t i = 0; i < a->n_blocks; i++)
		if (a->blocks[i].kind == BLOCK_CALL)
			add_answered_call(h, &a->blocks[i]);
}

static void add_part(struct hash *h, const struct part *p)
{
	char tag = 'D';

	if (p->kind == PART_TEXT)
		tag = 'T';
	else if (p->kind == PART_IMAGE)
		tag = 'I';
	add_string(h, tag, p->text);
	add_string(h, 'm', p->media_type);
	add_string(h, 'n', p->name);
}

static void add_result(struct hash *h, const struct turn *t, const char *id)
{
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct part *p = &t->parts[i];

		if (p->kind != PART_RESULT || strcmp(p->id, id) != 0)
			continue;
		add(h, 'R', "", 0);
		for (size_t k = 0; k < p->n_parts; k++)
			add_part(h, &p->parts[k]);
	}
}

/* Results are hashed in the order of their calls, which are in `before`. */
static void add_user(struct hash *h, const struct turn *t, const struct turn *before)
{
	add(h, 'U', "", 0);
	for (size_t i = 0; before != NULL && i < before->n_parts; i++)
		if (before->parts[i].kind == PART_CALL)
			add_result(h, t, before->parts[i].id);
	for (size_t i = 0; i < t->n_parts; i++)
		if (t->parts[i].kind != PART_RESULT)
			add_part(h, &t->parts[i]);
}

/* Begins the hash with all that the model is told, up to the end of the first n turns. */
static void begin(
	struct hash *h, const struct fingerprint_of *of, const struct request *r, size_t n)
{
	crypto_generichash_init(&h->state, of->secret, FINGERPRINT_SIZE, FINGERPRINT_SIZE);
	add(h, 'K', of->owner, FINGERPRINT_SIZE);
	add_string(h, 'M', of->model);
	add(h, 'S', buf_str(&r->system), r->system.len);
	add_string(h, 'J', r->schema);
	add_tools(h, &r->tools);
	for (size_t i = 0; i < n; i++)
		if (r->turns[i].role == ROLE_ASSISTANT)
			add_assistant(h, &r->turns[i]);
		else
			add_user(h, &r->turns[i], i > 0 ? &r->turns[i - 1] : NULL);
}

/*
 * A child that waits for the results of its calls is in the middle of a turn, in which these
 * settings cannot change. So they count.
 */
static void add_limits(struct hash *h, const struct request *r)
{
	add(h, 'L', &r->max_tokens, sizeof(r->max_tokens));
	add(h, 'E', &r->effort, sizeof(r->effort));
}

static void end(struct hash *h, struct fingerprint *f)
{
	crypto_generichash_final(&h->state, f->bytes, sizeof(f->bytes));
}

bool fingerprint_seen(
	struct fingerprint *f, const struct fingerprint_of *of, const struct request *r)
{
	const struct turn *last = &r->turns[r->n_turns - 1];
	struct hash h;

	if (r->n_turns < 2)
		return false;
	begin(&h, of, r, r->n_turns - 1);
	if (last->parts[0].kind == PART_RESULT)
		add_limits(&h, r);
	end(&h, f);
	return true;
}

void fingerprint_answered(struct fingerprint *f, const struct fingerprint_of *of,
	const struct request *r, const struct answer *a)
{
	struct hash h;

	begin(&h, of, r, r->n_turns);
	add_answer(&h, a);
	if (answer_count(a, BLOCK_CALL) > 0)
		add_limits(&h, r);
	end(&h, f);
}
