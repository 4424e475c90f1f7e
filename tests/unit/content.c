/* Content as clients write it: strings and arrays of parts, in a turn, a result, or the system. */
#include "wire/content.h"

#include <stdio.h>
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "support/parts.h"
#include "wire/member.h"

#define PNG   "data:image/png;base64,iVBORw0KGgo="
#define IMAGE "[image image/png: iVBORw0KGgo=]"
#define JPEG  "/9j/4A=="
#define GIF   "R0lGODlh"
#define WEBP  "UklGRgQAAABXRUJQ"
#define PDF   "JVBERi0xLjQ="

/* In a turn blank texts say nothing; a result may be one. */
TEST(texts)
{
	static const struct {
		const char *content, *turn, *system, *result;
	} rows[] = {
		{"null", "", "", ""},
		{"''", "", "", ""},
		{"' '", "", "", " "},
		{"'a'", "a", "system a\n", "a"},
		{"[]", "", "", ""},
		{"[{'type':'text','text':'a'},{'type':'text','text':'b'}]", "a|b",
			"system a\n\nb\n", "a+b"},
		{"[{'type':'input_text','text':'a'},{'type':'output_text','text':'b',"
		 "'annotations':[]}]",
			"a|b", "system a\n\nb\n", "a+b"},
		{"[{'type':'refusal','refusal':'no'}]", "no", "system no\n", "no"},
		{"[{'type':'summary_text','text':'a'},{'type':'reasoning_text','text':'b'}]", "a|b",
			"system a\n\nb\n", "a+b"},
		{"[{'type':'text','text':''},{'type':'text','text':'b'}]", "b", "system b\n", "b"},
		{"[{'type':'text','text':'a','cache_control':{'type':'ephemeral'},'role':'user'}]",
			"a", "system a\n", "a"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char want[100];

		snprintf(want, sizeof(want), "user %s\n", rows[i].turn);
		check_taken(TURN, rows[i].content, want);
		snprintf(want, sizeof(want), "user [result 1: %s]\n", rows[i].result);
		check_taken(RESULT, rows[i].content, want);
		check_taken(SYSTEM, rows[i].content, rows[i].system);
	}
}

TEST(images_and_files)
{
	static const struct {
		const char *content, *part;
	} rows[] = {
		{"[{'type':'image_url','image_url':{'url':'" PNG "','detail':'high'}}]", IMAGE},
		{"[{'type':'image_url','image_url':'" PNG "'}]", IMAGE},
		{"[{'type':'input_image','image_url':'" PNG "','detail':'auto'}]", IMAGE},
		{"[{'type':'input_image','image_url':{'url':'" PNG "'}}]", IMAGE},
		{"[{'type':'input_image','image_url':'" PNG "','file_id':null}]", IMAGE},
		{"[{'type':'input_image','image_url':'https://example.org/a.png?b=c,d'}]",
			"[image url: https://example.org/a.png?b=c,d]"},
		{"[{'type':'image_url','image_url':{'url':'HTTPS://example.org/a'}}]",
			"[image url: HTTPS://example.org/a]"},
		{"[{'type':'input_image','image_url':'data:image/jpeg;base64," JPEG "'}]",
			"[image image/jpeg: " JPEG "]"},
		{"[{'type':'input_image','image_url':'data:image/gif;base64," GIF "'}]",
			"[image image/gif: " GIF "]"},
		{"[{'type':'input_image','image_url':'data:image/webp;base64," WEBP "'}]",
			"[image image/webp: " WEBP "]"},
		{"[{'type':'file','file':{'file_data':'data:application/pdf;base64," PDF
		 "','filename':'a.pdf'}}]",
			"[document application/pdf named a.pdf: " PDF "]"},
		{"[{'type':'file','file':{'file_data':'" PDF "'}}]",
			"[document application/pdf: " PDF "]"},
		{"[{'type':'input_file','filename':'a b.pdf','file_data':"
		 "'data:application/pdf;base64," PDF "'}]",
			"[document application/pdf named a b.pdf: " PDF "]"},
		{"[{'type':'input_file','file_url':'https://example.org/a.pdf'}]",
			"[document url: https://example.org/a.pdf]"},
		{"[{'type':'file','file':{'file_data':'data:text/csv;base64,YTti','filename':"
		 "'a.csv'}}]",
			"[document text/plain named a.csv: a;b]"},
		{"[{'type':'input_file','filename':'','file_url':'data:,a'}]",
			"[document text/plain named : a]"},
		/* one in the place of the other */
		{"[{'type':'image_url','image_url':{'url':'" GIF "'}}]",
			"[image image/gif: " GIF "]"},
		{"[{'type':'file','file':{'file_data':'https://example.org/a.pdf'}}]",
			"[document url: https://example.org/a.pdf]"},
		/* the bytes say what it is; an image has no name */
		{"[{'type':'input_image','image_url':'data:image/png;base64," PDF "'}]",
			"[document application/pdf: " PDF "]"},
		{"[{'type':'file','file':{'file_data':'" GIF "','filename':'a.gif'}}]",
			"[image image/gif: " GIF "]"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char want[200];

		snprintf(want, sizeof(want), "user %s\n", rows[i].part);
		check_taken(TURN, rows[i].content, want);
		snprintf(want, sizeof(want), "user [result 1: %s]\n", rows[i].part);
		check_taken(RESULT, rows[i].content, want);
		check_refused(SYSTEM, rows[i].content, "here[0]");
	}
}

/* The order of the parts is the client's. */
TEST(mixture)
{
	check_taken(TURN,
		"[{'type':'text','text':'a'},{'type':'image_url','image_url':{'url':'" PNG "'}},"
		"{'type':'text','text':'b'}]",
		"user a|" IMAGE "|b\n");
}

struct refused {
	const char *content, *param;
};

/* Wherever such content stands. */
static void check_rows(const struct refused *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		check_refused(TURN, rows[i].content, rows[i].param);
		check_refused(RESULT, rows[i].content, rows[i].param);
		check_refused(SYSTEM, rows[i].content, rows[i].param);
	}
}

TEST(refusals)
{
	static const struct refused rows[] = {
		{"['a',{'type':'text','text':'b'}]", "here[0]"},
		{"[{'type':'text','text':'a'},null]", "here[1]"},
		{"[{'type':'text','text':'a'},{'text':'b'}]", "here[1]"},
		{"[{'type':'text','text':'a'},{'type':5,'text':'b'}]", "here[1].type"},
		{"[{'type':'text','text':'a'},{'type':'text'}]", "here[1]"},
		{"[{'type':'text','text':5}]", "here[0].text"},
		{"[{'type':'text','text':['a']}]", "here[0].text"},
		{"[{'type':'refusal','text':'a'}]", "here[0]"},
		{"[{'type':'refusal','refusal':{}}]", "here[0].refusal"},
		{"[{'type':'input_audio','input_audio':{'data':'x','format':'wav'}}]", "here[0]"},
		{"[{'type':'video_url','video_url':{'url':'https://x/y'}}]", "here[0]"},
		{"[{'type':'tool_use','id':'1','name':'f'}]", "here[0]"},
		{"[{'type':'thinking','thinking':'a','signature':'b'},{'type':'text'}]", "here[0]"},
		{"[{'type':'image'}]", "here[0]"},
		{"[{'type':'document','source':{'type':'file','file_id':'a'}}]", "here[0]"},
		{"[{'type':'document','source':{'type':'text','data':' '}}]", "here[0]"},
		{"[{'type':'image','source':{'type':'text','data':'a'}}]", "here[0]"},
		{"[{'type':'image_url'}]", "here[0]"},
		{"[{'type':'image_url','image_url':{}}]", "here[0]"},
		{"[{'type':'input_image','file_id':'file_1'}]", "here[0]"},
		{"[{'type':'input_image','file_id':'file_1','image_url':'" PNG "'}]", "here[0]"},
		/* what unit/source.c has more of */
		{"[{'type':'input_image','image_url':'data:image/png;base64,AA*A'}]", "here[0]"},
		{"[{'type':'input_image','image_url':'data:image/svg+xml,a'}]", "here[0]"},
		{"[{'type':'input_image','image_url':'http://example.org/a.png'}]", "here[0]"},
		{"[{'type':'input_image','image_url':''}]", "here[0]"},
	};

	check_rows(rows, ARRAY_LEN(rows));
}

TEST(refused_files)
{
	static const struct refused rows[] = {
		{"[{'type':'file','file':{'file_id':'file_1'}}]", "here[0]"},
		{"[{'type':'input_file','file_id':'file_1'}]", "here[0]"},
		{"[{'type':'file'}]", "here[0]"},
		{"[{'type':'file','file':{'filename':'a.pdf'}}]", "here[0]"},
		{"[{'type':'file','file':{'file_data':'not base64'}}]", "here[0]"},
		{"[{'type':'file','file':{'file_data':''}}]", "here[0]"},
		{"[{'type':'input_file','file_data':'data:application/pdf;base64,*'}]", "here[0]"},
		{"[{'type':'input_file','file_url':'http://example.org/a.pdf'}]", "here[0]"},
	};

	check_rows(rows, ARRAY_LEN(rows));
}

/* What a tool gave that is no text is told as JSON; anybody else is asked to write text. */
TEST(data)
{
	static const struct {
		const char *content, *text, *param;
	} rows[] = {
		{"5", "5", "here"},
		{"0", "0", "here"},
		{"1.5", "1.5", "here"},
		{"true", "true", "here"},
		{"false", "false", "here"},
		{"{}", "{}", "here"},
		{"{'type':'text','text':'a'}", "{\"type\":\"text\",\"text\":\"a\"}", "here"},
		{"{'a':[1,{'b':null}]}", "{\"a\":[1,{\"b\":null}]}", "here"},
		{"['a']", "[\"a\"]", "here[0]"},
		{"[null]", "[null]", "here[0]"},
		{"[[]]", "[[]]", "here[0]"},
		{"[1,2]", "[1,2]", "here[0]"},
		{"[{'text':'a'}]", "[{\"text\":\"a\"}]", "here[0]"},
		{"[{'type':5}]", "[{\"type\":5}]", "here[0].type"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char want[100];

		snprintf(want, sizeof(want), "user [result 1: %s]\n", rows[i].text);
		check_taken(RESULT, rows[i].content, want);
		check_refused(TURN, rows[i].content, rows[i].param);
		check_refused(SYSTEM, rows[i].content, rows[i].param);
	}
}

/* Members of images and files; the assistant and the system have neither. */
TEST(wrong_types)
{
	static const struct refused rows[] = {
		{"[{'type':'input_image','image_url':5}]", "here[0].image_url"},
		{"[{'type':'input_image','image_url':['" PNG "']}]", "here[0].image_url"},
		{"[{'type':'image_url','image_url':{'url':5}}]", "here[0].image_url.url"},
		{"[{'type':'file','file':'" PDF "'}]", "here[0].file"},
		{"[{'type':'file','file':{'file_data':5}}]", "here[0].file.file_data"},
		{"[{'type':'file','file':{'file_data':'" PDF "','filename':5}}]",
			"here[0].file.filename"},
		{"[{'type':'input_file','file_data':{},'file_url':'https://example.org/a.pdf'}]",
			"here[0].file_data"},
		{"[{'type':'input_file','file_data':'" PDF "','file_url':5}]", "here[0].file_url"},
		{"[{'type':'input_file','file_data':'" PDF "','filename':[]}]", "here[0].filename"},
		{"[{'type':'image','source':'" PDF "'}]", "here[0].source"},
		{"[{'type':'image','source':{'type':5}}]", "here[0].source.type"},
		{"[{'type':'document','source':{'data':{}}}]", "here[0].source.data"},
		{"[{'type':'document','source':{'url':5}}]", "here[0].source.url"},
		{"[{'type':'document','source':{'data':'YTti'},'title':5}]", "here[0].title"},
		{"[{'type':'document','source':{'data':'YTti'},'context':5}]", "here[0].context"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_refused(TURN, rows[i].content, rows[i].param);
		check_refused(RESULT, rows[i].content, rows[i].param);
	}
}

/* A place with a long name is cut, not written past its end. */
TEST(long_place)
{
	CLEANUP_JSON cJSON *content = json_of("[5]");
	CLEANUP(request_finish) struct request req;
	char at[MEMBER_AT_SIZE];
	struct err err = {0};

	request_init(&req);
	memset(at, 'a', sizeof(at) - 1);
	at[sizeof(at) - 1] = '\0';
	assert_int_equal(
		content_parse(&req, request_add_turn(&req, ROLE_USER), content, at, &err), -1);
	assert_int_equal(err.kind, ERR_INVALID);
	assert_int_equal(strncmp(err.param, "aaaa", 4), 0);
}

TEST(no_content)
{
	CLEANUP(request_finish) struct request req;
	struct err err;

	request_init(&req);
	assert_int_equal(content_parse_system(&req, NULL, "here", &err), 0);
	assert_int_equal(req.system.len, 0);
	assert_int_equal(
		content_parse(&req, request_add_turn(&req, ROLE_USER), NULL, "here", &err), 0);
	assert_int_equal(req.turns[0].n_parts, 0);
}
