/* Older spellings of a schema's keywords. */
#include "wire/tool_mend.h"

#include "support/check.h"

static const struct {
	const char *given, *made;
} rows[] = {
	/* as it is */
	{"{'type':['string','null'],'items':{},'minimum':0,'exclusiveMinimum':1,'required':['a']}",
		"{'type':['string','null'],'items':{},'minimum':0,'exclusiveMinimum':1,"
		"'required':['a']}"},
	{"{'dependencies':{'a':['b'],'c':{}},'enum':[null,{'items':[{}]}],'default':null}",
		"{'dependencies':{'a':['b'],'c':{}},'enum':[null,{'items':[{}]}],'default':null}"},
	/* types */
	{"{'type':'STRING'}", "{'type':'string'}"},
	{"{'type':['String','NULL']}", "{'type':['string','null']}"},
	{"{'type':'any'}", "{}"},
	{"{'type':['string','any']}", "{}"},
	{"{'type':[]}", "{}"},
	{"{'type':['string','string']}", "{'type':['string']}"},
	/* tuples */
	{"{'items':[{},true],'additionalItems':false}", "{'prefixItems':[{},true],'items':false}"},
	{"{'items':[{}]}", "{'prefixItems':[{}]}"},
	{"{'items':[],'additionalItems':{'type':'string'}}", "{'items':{'type':'string'}}"},
	{"{'items':{},'additionalItems':false}", "{'items':{}}"},
	{"{'prefixItems':[{}],'items':[true]}", "{'prefixItems':[{}]}"},
	/* bounds */
	{"{'minimum':0,'exclusiveMinimum':true,'maximum':9,'exclusiveMaximum':true}",
		"{'exclusiveMinimum':0,'exclusiveMaximum':9}"},
	{"{'minimum':0,'exclusiveMinimum':false,'exclusiveMaximum':true}", "{'minimum':0}"},
	/* numbers */
	{"{'minItems':'1','maxLength':'30','minimum':'-1.5','multipleOf':'2','exclusiveMinimum':'0'"
	 "}",
		"{'minItems':1,'maxLength':30,'minimum':-1.5,'multipleOf':2,'exclusiveMinimum':0}"},
	{"{'minimum':'3','exclusiveMinimum':true}", "{'exclusiveMinimum':3}"},
	{"{'minItems':'','maxItems':'1x','maximum':'1e999','minLength':'nan','maxLength':' 1'}",
		"{'minItems':'','maxItems':'1x','maximum':'1e999','minLength':'nan','maxLength':' "
		"1'}"},
	/* required: a property's own goes when that is looked at */
	{"{'properties':{'a':{'required':true},'b':{'required':false},'c':{}}}",
		"{'properties':{'a':{'required':true},'b':{'required':false},'c':{}},"
		"'required':['a']}"},
	{"{'properties':{'a':{'required':true}},'required':['a','b','a']}",
		"{'properties':{'a':{'required':true}},'required':['a','b']}"},
	{"{'required':true}", "{}"},
	{"{'dependentRequired':{'a':['b','b']},'dependencies':{'a':['b','b']}}",
		"{'dependentRequired':{'a':['b']},'dependencies':{'a':['b']}}"},
	/* what is not described */
	{"{'properties':[],'$defs':[],'definitions':[],'anyOf':[]}",
		"{'properties':{},'$defs':{},'definitions':{},'anyOf':[]}"},
	{"{'properties':{'a':null}}", "{'properties':{'a':true}}"},
	/* of no use to anybody */
	{"{'type':5,'items':5,'exclusiveMinimum':'x','required':[1],'properties':'x'}",
		"{'type':5,'items':5,'exclusiveMinimum':'x','required':[1],'properties':'x'}"},
	{"{'type':{'a':5},'properties':[5],'required':[1,1],'dependencies':5}",
		"{'type':{'a':5},'properties':[5],'required':[1,1],'dependencies':5}"},
};

TEST(mended)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *schema = json_of(rows[i].given);
		CLEANUP_JSON cJSON *want = json_of(rows[i].made);

		tool_mend(schema);
		check_json(rows[i].given, schema, want);
	}
}
