/* The schema of a tool's arguments, made one of draft 2020-12. */
#include "wire/tool_schema.h"

#include <string.h>

#include "support/check.h"

#define O(properties) "{'type':'object','properties':{" properties "}}"

static const struct {
	const char *given, *made;
} mended[] = {
	/* as it is */
	{O("'a':{'type':['string','null'],'enum':['x',null],'default':null,'const':null}"),
		O("'a':{'type':['string','null'],'enum':['x',null],'default':null,'const':null}")},
	{O("'a':true,'b':{'$ref':'#/definitions/X'},'c':{'nullable':true,'x-a':null}"),
		O("'a':true,'b':{'$ref':'#/definitions/X'},'c':{'nullable':true,'x-a':null}")},
	{O("'a':{'pattern':'(?P<n>a)','format':'x','minLength':2.0,'enum':[]}"),
		O("'a':{'pattern':'(?P<n>a)','format':'x','minLength':2,'enum':[]}")},
	{"{'type':'object','dependencies':{'a':['b'],'c':{}},'if':{},'then':false}",
		"{'type':'object','dependencies':{'a':['b'],'c':{}},'if':{},'then':false}"},
	/* keywords as names, and as data */
	{O("'items':{},'required':{},'type':{'enum':[{'items':[{}]}],'const':{'type':5}}"),
		O("'items':{},'required':{},'type':{'enum':[{'items':[{}]}],'const':{'type':5}}")},
	/* the type of the root */
	{"{'properties':{}}", "{'type':'object','properties':{}}"},
	{"{'type':['object','null']}", "{'type':'object'}"},
	{"{'type':'OBJECT'}", "{'type':'object'}"},
	{"{'type':null}", "{'type':'object'}"},
	{"{'type':'any'}", "{'type':'object'}"},
	/* dialects */
	{"{'$schema':'http://json-schema.org/draft-07/schema#','type':'object','id':'x'}",
		"{'type':'object','id':'x'}"},
	{"{'type':'object','$id':'a#b','$anchor':'5','$vocabulary':{},'$recursiveAnchor':true}",
		"{'type':'object'}"},
	{"{'type':'object','$id':'https://x/y#','$anchor':'a-b'}",
		"{'type':'object','$id':'https://x/y#','$anchor':'a-b'}"},
	/* older spellings, also of what a property needs */
	{O("'a':{'required':true},'b':{'required':false},'c':{'items':{'required':true}}"),
		"{'type':'object','properties':{'a':{},'b':{},'c':{'items':{}}},'required':['a']}"},
	{O("'a':{'items':[{'type':'string'},{'$ref':'#/properties/a/items/0'}]}"),
		O("'a':{'prefixItems':[{'type':'string'},"
		  "{'$ref':'#/properties/a/prefixItems/0'}]}")},
	{O("'a':{'items':[{'items':[{}]}]}"), O("'a':{'prefixItems':[{'prefixItems':[{}]}]}")},
	/* what is not set, and what some languages write for {} */
	{O("'a':{'type':null,'minimum':null,'items':null,'anyOf':null,'description':null}"),
		O("'a':{}")},
	{"{'type':'object','properties':null,'required':null,'allOf':null}", "{'type':'object'}"},
	{"{'type':'object','properties':[],'$defs':[],'definitions':[]}",
		"{'type':'object','properties':{},'$defs':{},'definitions':{}}"},
	{O("'a':null,'b':{'properties':[],'anyOf':[],'oneOf':[],'allOf':[],'prefixItems':[]}"),
		O("'a':true,'b':{'properties':{}}")},
	/* what says nothing of the arguments */
	{O("'a':{'description':5,'title':[],'examples':'x','readOnly':'y','format':5}"),
		O("'a':{}")},
	/* everywhere */
	{"{'type':'object','$defs':{'x':{'items':[{}]}},'anyOf':[{'items':[{}]}],"
	 "'additionalProperties':{'items':[{}]},'not':{'items':[{}]}}",
		"{'type':'object','$defs':{'x':{'prefixItems':[{}]}},'anyOf':[{'prefixItems':[{}]}]"
		",'additionalProperties':{'prefixItems':[{}]},'not':{'prefixItems':[{}]}}"},
};

TEST(mended)
{
	for (size_t i = 0; i < ARRAY_LEN(mended); i++) {
		CLEANUP_JSON cJSON *schema = json_of(mended[i].given);
		CLEANUP_JSON cJSON *want = json_of(mended[i].made);
		struct err err = {0};

		check(tool_schema_fit(schema, "here", &err) == 0, "%s: %s", mended[i].given,
			err.message);
		check_json(mended[i].given, schema, want);
	}
}

/* The message says which keyword, and where. */
static const struct {
	const char *given, *keyword, *place;
} refused[] = {
	{"{'type':'string'}", "object", "here"},
	{"{'type':['array','null']}", "object", "here"},
	{"{'type':5}", "'type'", "its root"},
	{"{'required':[1]}", "'required'", "its root"},
	{"{'required':'a'}", "'required'", "its root"},
	{"{'properties':[{}]}", "'properties'", "its root"},
	{"{'properties':{'a':'string'}}", "'properties'", "its root"},
	{"{'additionalProperties':'x'}", "'additionalProperties'", "its root"},
	{"{'dependencies':{'a':5}}", "'dependencies'", "its root"},
	{"{'dependencies':{'a':[5]}}", "'dependencies'", "its root"},
	{"{'dependentRequired':{'a':'b'}}", "'dependentRequired'", "its root"},
	{O("'a':{'type':'int'}"), "'type'", "properties.a "},
	{O("'a':{'type':{}}"), "'type'", "properties.a "},
	{O("'a':{'type':['string','Int']}"), "'type'", "properties.a "},
	{O("'a':{'enum':'x'}"), "'enum'", "properties.a "},
	{O("'a':{'enum':{}}"), "'enum'", "properties.a "},
	{O("'a':{'minimum':'five'}"), "'minimum'", "properties.a "},
	{O("'a':{'minLength':-1}"), "'minLength'", "properties.a "},
	{O("'a':{'maxItems':1.5}"), "'maxItems'", "properties.a "},
	{O("'a':{'multipleOf':0}"), "'multipleOf'", "properties.a "},
	{O("'a':{'pattern':5}"), "'pattern'", "properties.a "},
	{O("'a':{'uniqueItems':'yes'}"), "'uniqueItems'", "properties.a "},
	{O("'a':{'$ref':5}"), "'$ref'", "properties.a "},
	{O("'a':{'anyOf':{}}"), "'anyOf'", "properties.a "},
	{O("'a':{'anyOf':['x']}"), "'anyOf'", "properties.a "},
	{O("'a':{'items':'string'}"), "'items'", "properties.a "},
	{O("'a':{'items':['string']}"), "'prefixItems'", "properties.a "},
	{O("'a':{'items':{'anyOf':[{'minimum':'five'}]}}"), "'minimum'",
		"properties.a.items.anyOf "},
};

TEST(refused)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		CLEANUP_JSON cJSON *schema = json_of(refused[i].given);
		struct err err = {0};

		check(tool_schema_fit(schema, "here", &err) == -1, "%s is taken", refused[i].given);
		check_err(refused[i].given, &err, ERR_INVALID, "here");
		check(strstr(err.message, refused[i].keyword) != NULL &&
				strstr(err.message, refused[i].place) != NULL,
			"%s: %s", refused[i].given, err.message);
	}
}
