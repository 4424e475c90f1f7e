#include "wire/tool_place.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

int tool_place_find(
	struct tool_place *p, const cJSON *tool, const char *type, const char *at, struct err *err)
{
	static const char *const nested[] = {"function", "custom", "allowed_tools"};

	*p = (struct tool_place){.o = tool};
	snprintf(p->at, sizeof(p->at), "%s", at);
	for (size_t i = 0; type != NULL && i < ARRAY_LEN(nested); i++) {
		if (strcmp(type, nested[i]) != 0)
			continue;
		if (member_object(tool, type, at, &p->o, err) < 0)
			return -1;
		if (p->o != NULL)
			member_at(p->at, at, type);
		else
			p->o = tool;
	}
	return 0;
}
