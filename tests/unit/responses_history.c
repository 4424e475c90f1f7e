/* Histories of the Responses format with items that only OpenAI or some client makes. */
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "wire/wire.h"

#define EMPTY "{'type':'object','properties':{}}"
#define INPUT "{'type':'object','properties':{'input':{'type':'string'}},'required':['input']}"
#define HI    "{'role':'user','content':'hi'}"
#define F     "{'type':'function','name':'f'}"
#define G(d)  "{'type':'function','name':'g','description':'" d "'}"

/* Tools that are declared on the way, after those of `tools`. */
static const struct {
	const char *body, *tools;
} declared[] = {
	{"{'input':[{'type':'additional_tools','role':'developer','tools':[{'type':'namespace',"
	 "'name':'n','tools':[{'type':'custom','name':'x'}," F "]}]}," HI "]}",
		"n/x as x custom " INPUT "\nn/f as f " EMPTY "\nchoose auto\n"},
	{"{'tools':[" F "],'input':[{'type':'additional_tools','tools':[" G(
		 "1") "]}," HI ","
		      "{'type':'additional_tools','tools':[]},{'type':'additional_tools','tools':"
		      "null}]}",
		"f as f " EMPTY "\ng as g (1) " EMPTY "\nchoose auto\n"},
	/* again, and as another kind: the last one counts, under the same name */
	{"{'tools':[" G("1") "],'input':[{'type':'additional_tools','tools':[" F "," G(
		 "2") "]}," HI
		      ",{'type':'additional_tools','tools':[{'type':'custom','name':'f'}," F "]}]}",
		"g as g (2) " EMPTY "\nf as f " EMPTY "\nchoose auto\n"},
	{"{'tools':[" F "],'input':[{'type':'additional_tools','tools':[{'type':'custom',"
	 "'name':'f'}]}," HI "]}",
		"f as f custom " INPUT "\nchoose auto\n"},
	/* a choice of one of them */
	{"{'tool_choice':{'type':'function','name':'g'},'input':[" HI ",{'type':"
	 "'additional_tools','tools':[" F "," G("1") "]}]}",
		"f as f " EMPTY "\ng as g (1) " EMPTY "\nchoose one g\n"},
	{"{'tool_choice':'required','input':[" HI ",{'type':'additional_tools','tools':[" F "]}]}",
		"f as f " EMPTY "\nchoose any\n"},
};

static void test_declared(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(declared); i++) {
		CLEANUP(request_finish) struct request req;

		ask(&wire_responses, &req, declared[i].body);
		check_tools(declared[i].body, &req, declared[i].tools);
		check_conversation(declared[i].body, &req, "user hi\n");
		check_ignored(declared[i].body, &req, "");
	}
}

static const struct {
	const char *body, *param;
} refused[] = {
	{"{'input':[" HI ",{'type':'additional_tools','tools':" F "}]}", "input[1].tools"},
	{"{'input':[" HI ",{'type':'additional_tools','tools':[5]}]}", "input[1].tools[0]"},
	{"{'input':[" HI ",{'type':'additional_tools','tools':[" F ",{'type':'function','name':5}"
	 "]}]}",
		"input[1].tools[1].name"},
	{"{'tools':[" F "," F "],'input':'hi'}", "tools[1]"},
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(ask_try(&wire_responses, &req, refused[i].body, &err) == -1, "%s is taken",
			refused[i].body);
		check_err(refused[i].body, &err, ERR_INVALID, refused[i].param);
		assert_non_null(strstr(err.message, refused[i].param));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_declared),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("responses_history", tests, NULL, NULL);
}
