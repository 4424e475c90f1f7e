/* What the model was told in the user's place. */
#include "support/check.h"
#include "support/recall.h"

#define USER(content) "{'role':'user','content':" content "}"
#define ASKED         USER("'q'") ","

/* It is not in the client's next request. */
TEST(told_ends)
{
	static const struct said said[] = {{.kind = BLOCK_TEXT, .text = "b"}, {.text = NULL}};
	static const char *const bodies[] = {
		"{'messages':[" ASKED "{'role':'assistant','content':'a'}]}",
		"{'messages':[" ASKED "{'role':'assistant','content':'a'}," USER("''") "]}",
		"{'messages':[" USER("''") "]}",
	};

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		CLEANUP_JSON cJSON *body = json_of(bodies[i]);
		CLEANUP_JSON cJSON *next = recall_next(&wire_chat, body, said, "and then?");

		check(!recall_goes_on(&wire_chat, body, said, next), "goes on: %s", bodies[i]);
	}
}
