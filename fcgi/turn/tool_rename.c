#include "turn/tool_rename.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/keyword.h"
#include "base/mem.h"
#include "base/pointer.h"

/* A body or an answer is bounded long before this. */
#define TEXT_MAX ((size_t)1 << 30)

/* How many schemas are looked at for one value; if it has more, all names in it are replaced. */
#define PLACE_MAX 64

/* How many keywords and names are compared for one call; after that, all names are replaced. */
#define STEPS_MAX 2000000

/* The schemas that a value must fit, all or some of them. */
struct place {
	cJSON *list[PLACE_MAX];
	size_t n;
	bool unknown; /* there are more, which were not looked at */
};

struct job {
	const struct tool_names *names;
	bool told;      /* the names that the model is told are wanted */
	const char *in; /* what is left of the text */
	struct buf *out;
	size_t steps;
};

/* What is needed to add schemas to a place: of the same value, or of a member or an element. */
struct adding {
	struct job *job;
	struct place *place;
	const char *key; /* of the member; NULL for an element of an array */
};

static bool is_about_elements(const char *keyword)
{
	static const char *const keywords[] = {
		"contains", "items", "prefixItems", "unevaluatedItems"};

	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (strcmp(keyword, keywords[i]) == 0)
			return true;
	return false;
}

static bool is_about_any_member(const char *keyword)
{
	static const char *const keywords[] = {
		"additionalProperties", "patternProperties", "unevaluatedProperties"};

	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (strcmp(keyword, keywords[i]) == 0)
			return true;
	return false;
}

static bool is_in(const struct place *p, const cJSON *schema)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i] == schema)
			return true;
	return false;
}

static void add(struct adding *a, cJSON *schema);

static void add_same(void *arg, const struct subschema *sub)
{
	struct adding *a = arg;

	a->job->steps++;
	if (keyword_is_of_same_value(sub->keyword))
		add(a, sub->schema);
}

/* Adds a schema and all in it about the same value: each only once, and no more than PLACE_MAX. */
static void add(struct adding *a, cJSON *schema)
{
	const char *ref = json_get_string(schema, "$ref");
	struct place *p = a->place;
	cJSON *target;

	p->unknown = p->unknown || a->job->steps > STEPS_MAX;
	if (!cJSON_IsObject(schema) || p->unknown || is_in(p, schema))
		return;
	if (p->n == PLACE_MAX) {
		p->unknown = true;
		return;
	}
	p->list[p->n++] = schema;
	keyword_each(schema, add_same, a);
	target = ref != NULL ? pointer_find(a->job->names->schema, ref) : NULL;
	a->job->steps += ref != NULL ? strlen(ref) : 0;
	if (target != NULL)
		add(a, target);
}

static void add_inner(void *arg, const struct subschema *sub)
{
	struct adding *a = arg;
	bool wanted;

	a->job->steps++;
	if (a->key == NULL)
		wanted = is_about_elements(sub->keyword);
	else
		wanted =
			is_about_any_member(sub->keyword) ||
			(strcmp(sub->keyword, "properties") == 0 && strcmp(sub->name, a->key) == 0);
	if (wanted)
		add(a, sub->schema);
}

/*
 * Fills *inner with the place of what a value at p has under a key, as it is told, or as element.
 */
static void enter(struct job *j, const struct place *p, const char *key, struct place *inner)
{
	struct adding a = {.job = j, .place = inner, .key = key};

	*inner = (struct place){.unknown = p->unknown || j->steps > STEPS_MAX};
	for (size_t i = 0; i < p->n && !inner->unknown; i++)
		keyword_each(p->list[i], add_inner, &a);
}

static bool has_member(struct job *j, const cJSON *object, const char *key)
{
	const cJSON *m;

	cJSON_ArrayForEach(m, object)
	{
		if (++j->steps > STEPS_MAX)
			return false;
		if (strcmp(m->string, key) == 0)
			return true;
	}
	return false;
}

static bool may_have(struct job *j, const struct place *p, const char *told)
{
	for (size_t i = 0; i < p->n; i++)
		if (has_member(j, json_get(p->list[i], "properties"), told))
			return true;
	return p->unknown || j->steps > STEPS_MAX;
}

static void copy(struct job *j, const char *end)
{
	buf_add(j->out, j->in, (size_t)(end - j->in));
	j->in = end;
}

static void copy_blanks(struct job *j)
{
	copy(j, j->in + strspn(j->in, " \t\r\n"));
}

/* Where the string ends whose first quotation mark is at s. */
static const char *end_of_string(const char *s)
{
	for (s++; *s != '"'; s++)
		if (*s == '\\')
			s++;
	return s + 1;
}

static void write_name(struct job *j, const char *name)
{
	CLEANUP_JSON cJSON *string = cJSON_CreateString(name);

	json_print(j->out, string);
	j->in = end_of_string(j->in);
}

static void rename_value(struct job *j, const cJSON *v, const struct place *p);

/* Writes the key of a member, and in place of it the name that is wanted if it may be replaced. */
static void rename_key(struct job *j, const cJSON *object, const cJSON *member,
	const struct tool_name *name, const struct place *p)
{
	const char *wanted = name == NULL ? member->string : j->told ? name->told : name->given;

	copy_blanks(j);
	if (strcmp(member->string, wanted) != 0 && may_have(j, p, name->told) &&
		!has_member(j, object, wanted))
		write_name(j, wanted);
	else
		copy(j, end_of_string(j->in));
	copy(j, strchr(j->in, ':') + 1);
}

/* The key is looked for among both names, because the model, too, may have used either. */
static void rename_member(
	struct job *j, const cJSON *object, const cJSON *member, const struct place *p)
{
	const struct tool_name *name = tool_names_of_given(j->names, member->string);
	struct place inner = {.n = 0};

	if (name == NULL)
		name = tool_names_of_told(j->names, member->string);
	rename_key(j, object, member, name, p);
	if (member->child != NULL)
		enter(j, p, name != NULL ? name->told : member->string, &inner);
	rename_value(j, member, &inner);
}

static void rename_element(struct job *j, const cJSON *element, const struct place *p)
{
	struct place inner = {.n = 0};

	if (element->child != NULL)
		enter(j, p, NULL, &inner);
	rename_value(j, element, &inner);
}

/* Writes the text at j->in of the value v, which was read from that text. */
static void rename_value(struct job *j, const cJSON *v, const struct place *p)
{
	const cJSON *inner;

	copy_blanks(j);
	if (cJSON_IsString(v)) {
		copy(j, end_of_string(j->in));
	} else if (cJSON_IsObject(v) || cJSON_IsArray(v)) {
		copy(j, j->in + 1);
		cJSON_ArrayForEach(inner, v)
		{
			if (cJSON_IsObject(v))
				rename_member(j, v, inner, p);
			else
				rename_element(j, inner, p);
			copy(j, j->in + strcspn(j->in, ",]}") + (inner->next != NULL));
		}
		copy_blanks(j);
		copy(j, j->in + 1);
	} else {
		copy(j, j->in + strcspn(j->in, ",]} \t\r\n"));
	}
}

static char *rename_all(const struct tool_names *names, bool told, const char *arguments)
{
	CLEANUP_BUF struct buf out = BUF_INIT(TEXT_MAX);
	struct job job = {.names = names, .told = told, .in = arguments, .out = &out};
	CLEANUP_JSON cJSON *value = NULL;
	struct place root = {.n = 0};
	struct err unused;

	if (names != NULL)
		value = json_parse(arguments, strlen(arguments), &unused);
	if (value == NULL)
		return mem_strdup(arguments);
	add(&(struct adding){.job = &job, .place = &root}, names->schema);
	rename_value(&job, value, &root);
	buf_puts(&out, job.in);
	return mem_steal(&out.data);
}

char *tool_rename_told(const struct tool_names *names, const char *arguments)
{
	return rename_all(names, true, arguments);
}

char *tool_rename_given(const struct tool_names *names, const char *arguments)
{
	return rename_all(names, false, arguments);
}
