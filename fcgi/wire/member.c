#include "wire/member.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

void member_at(char name[MEMBER_AT_SIZE], const char *at, const char *member)
{
	size_t tail = strlen(member) + 1;
	size_t room = tail < MEMBER_AT_SIZE - 1 ? MEMBER_AT_SIZE - 1 - tail : 0;

	snprintf(name, MEMBER_AT_SIZE, "%.*s%s%s", (int)room, at, at[0] != '\0' ? "." : "", member);
}

static int refuse(const char *at, const char *member, const char *what, struct err *err)
{
	char name[MEMBER_AT_SIZE];

	member_at(name, at, member);
	return err_param(err, ERR_INVALID, name, "'%s' must be %s.", name, what);
}

int member_string(
	const cJSON *o, const char *member, const char *at, const char **value, struct err *err)
{
	const cJSON *v = json_get(o, member);

	*value = cJSON_GetStringValue(v);
	return v != NULL && *value == NULL ? refuse(at, member, "a string", err) : 0;
}

int member_bool(const cJSON *o, const char *member, const char *at, bool *value, struct err *err)
{
	const cJSON *v = json_get(o, member);

	*value = cJSON_IsTrue(v);
	return v != NULL && !cJSON_IsBool(v) ? refuse(at, member, "true or false", err) : 0;
}

int member_object(
	const cJSON *o, const char *member, const char *at, const cJSON **value, struct err *err)
{
	*value = json_get(o, member);
	return *value != NULL && !cJSON_IsObject(*value) ? refuse(at, member, "an object", err) : 0;
}

int member_array(
	const cJSON *o, const char *member, const char *at, const cJSON **value, struct err *err)
{
	*value = json_get(o, member);
	return *value != NULL && !cJSON_IsArray(*value) ? refuse(at, member, "an array", err) : 0;
}

int member_id(const cJSON *o, const char *member, const char *at, char **id, struct err *err)
{
	const cJSON *v = json_get(o, member);

	*id = NULL;
	if (v != NULL && !cJSON_IsString(v) && !cJSON_IsNumber(v))
		return refuse(at, member, "a string", err);
	*id = member_text(v);
	return 0;
}

char *member_text(const cJSON *value)
{
	if (value == NULL || cJSON_IsNull(value))
		return NULL;
	return cJSON_IsString(value) ? mem_strdup(value->valuestring)
				     : cJSON_PrintUnformatted(value);
}
