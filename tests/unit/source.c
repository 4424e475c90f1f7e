/* The bytes of images and files as clients send them: labels, alphabets and escapes of all kinds.
 */
#include "wire/source.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "support/check.h"
#include "turn/request.h"

#define PNG  "iVBORw0KGgo="
#define JPEG "/9j/4A=="
#define GIF  "R0lGODlh"
#define WEBP "UklGRgQAAABXRUJQ"
#define PDF  "JVBERi0xLjQ="
#define CSV  "YTtiCjE7Mgo="
#define ZIP  "UEsDBBQABgAI"
#define DOC  "0M8R4KGxGuEA"
#define TEXT PART_PLAIN_TEXT

static int fill(struct request *req, enum part_kind kind, const char *source, struct err *err)
{
	struct part *p;

	*err = (struct err){0};
	request_init(req);
	p = turn_add(request_add_turn(req, ROLE_USER), kind);
	return source_read(p, source, "here", err);
}

static void check_taken(enum part_kind kind, const char *source, enum part_kind want,
	const char *media, const char *text)
{
	CLEANUP(request_finish) struct request req;
	struct err err;
	struct part *p;

	check(fill(&req, kind, source, &err) == 0, "%s: %s", source, err.message);
	p = &req.turns[0].parts[0];
	check(p->kind == want, "%s is of another kind", source);
	check(strcmp(p->media_type, media) == 0, "%s is %s", source, p->media_type);
	check(strcmp(p->text, text) == 0, "%s gave %s", source, p->text);
}

static void check_refused(enum part_kind kind, const char *source, const char *words)
{
	CLEANUP(request_finish) struct request req;
	struct err err;

	check(fill(&req, kind, source, &err) == -1, "%s is taken", source);
	check_err(source, &err, ERR_INVALID, "here");
	check(strstr(err.message, words) != NULL, "%s: %s", source, err.message);
}

/* The bytes say what it is, whatever the client calls it. */
TEST(kinds)
{
	static const struct {
		const char *data;
		enum part_kind kind;
		const char *media;
	} rows[] = {
		{PNG, PART_IMAGE, "image/png"},
		{JPEG, PART_IMAGE, "image/jpeg"},
		{GIF, PART_IMAGE, "image/gif"},
		{WEBP, PART_IMAGE, "image/webp"},
		{PDF, PART_DOCUMENT, "application/pdf"},
	};
	static const char *const before[] = {"", "data:;base64,", "data:image/jpg;base64,",
		"data:application/pdf;base64,", "data:text/plain;charset=utf-8;base64,",
		"DATA:application/octet-stream;BASE64,"};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t k = 0; k < ARRAY_LEN(before); k++) {
			char source[100];

			snprintf(source, sizeof(source), "%s%s", before[k], rows[i].data);
			check_taken(PART_IMAGE, source, rows[i].kind, rows[i].media, rows[i].data);
			check_taken(
				PART_DOCUMENT, source, rows[i].kind, rows[i].media, rows[i].data);
		}
}

TEST(spellings_of_base64)
{
	static const char *const spellings[] = {"/9j/4AD+", " /9j/\r\n4AD+\n", "_9j_4AD-",
		"_9j/4AD-", "data:;base64,%2F9j%2f4AD%2B", "data:;base64,/9j%0A/4AD+",
		"/9j/4AD+=="};

	for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
		check_taken(PART_IMAGE, spellings[i], PART_IMAGE, "image/jpeg", "/9j/4AD+");
	check_taken(PART_IMAGE, "data:image/gif,GIF89a", PART_IMAGE, "image/gif", "R0lGODlh");
	check_taken(PART_IMAGE, "/9j/4A", PART_IMAGE, "image/jpeg", JPEG);
	check_taken(PART_IMAGE, "/9j/4A=", PART_IMAGE, "image/jpeg", JPEG);
	check_taken(PART_IMAGE, "data:;base64,/9j/4A%3D%3D", PART_IMAGE, "image/jpeg", JPEG);
}

TEST(texts)
{
	static const struct {
		const char *source, *text;
	} rows[] = {
		{CSV, "a;b\n1;2\n"},
		{"data:text/csv;base64," CSV, "a;b\n1;2\n"},
		{"data:application/pdf;base64," CSV, "a;b\n1;2\n"},
		{"data:text/csv,a;b%0A1;2%0a", "a;b\n1;2\n"},
		{"data:,a%2Cb,c+d", "a,b,c+d"},
		{"data:text/html;charset=utf-8,<p>100%25 50% %4 %zz</p>%",
			"<p>100% 50% %4 %zz</p>%"},
		{"data:,caf%C3%A9 \xc3\xa9", "caf\xc3\xa9 \xc3\xa9"},
		{"data:image/svg+xml,<svg/>", "<svg/>"},
		/* what is before the comma, and which comma it is */
		{"data:base64," CSV, "a;b\n1;2\n"},
		{"data:text/csv; base64 ," CSV, "a;b\n1;2\n"},
		{"data:text/csv;name=\"a,b;c\";charset=utf-8;base64," CSV, "a;b\n1;2\n"},
		{"data:text/csv;name=\"a,b", "b"},
		{"data:x-base64,AAAA", "AAAA"},
		{"data:ase64,AAAA", "AAAA"},
		{"data:;base64;a=b,AAAA", "AAAA"},
		{"UklGRg==", "RIFF"},
		{"YWFhYWFhYWFhYWFhYWFhYWFhYWE=", "aaaaaaaaaaaaaaaaaaaa"},
		/* byte order marks: UTF-8, UTF-16 */
		{"77u/YQ==", "a"},
		{"//5hAOkA", "a\xc3\xa9"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_taken(PART_DOCUMENT, rows[i].source, PART_DOCUMENT, TEXT, rows[i].text);
		check_refused(PART_IMAGE, rows[i].source, "PNG");
	}
}

/* Each message says what would be taken. */
TEST(refusals)
{
	static const struct {
		const char *source, *words;
	} rows[] = {
		{"", "empty"},
		{"data:;base64,", "empty"},
		{"data:text/plain,", "empty"},
		{"data:text/plain,%20%0A", "empty"},
		{"data:;base64,77u/", "empty"},
		{"a.csv", "https: URL, a data: URL or valid base64"},
		{"http://example.org/a.csv", "https: URL, a data: URL or valid base64"},
		{"data:", "without data"},
		{"data:text/plain;base64", "without data"},
		{"A", "base64"},
		{"data:;base64,AA*A", "base64"},
		{"data:;base64,AAAA=AAAA", "base64"},
		{"data:;base64,AA%", "base64"},
		{"data:;base64,AB==", "base64"}, /* bits behind the last byte */
		{"YWFhYWFhYWFhYWFhYWFhYWFhY", "base64"},
		{"AAAA", "UTF-8"},
		{"Y2Fm6Q==", "UTF-8"}, /* Latin-1 */
		{"data:,a%00b", "UTF-8"},
		{"iVBORw==", "UTF-8"},
		{"UklGRgQAAABXQVZF", "UTF-8"}, /* RIFF alone is no WebP */
		{ZIP, "as a PDF or as text"},
		{"data:application/vnd.ms-excel;base64," DOC, "as a PDF or as text"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_refused(PART_DOCUMENT, rows[i].source, rows[i].words);
	check_refused(PART_IMAGE, "AAAA", "PNG");
	check_refused(PART_IMAGE, "data:image/svg+xml,<svg/>", "as a file");
	check_refused(PART_IMAGE, ZIP, "as a PDF or as text");
}

TEST(urls)
{
	static const char *const wrong[] = {"", "http://example.org/a.pdf", "file:///etc/passwd",
		"/etc/passwd", "https:/example.org", "a.png"};
	static const char *const right[] = {
		"https://example.org/a.pdf?b=c,d", "HTTPS://example.org/a"};

	for (size_t i = 0; i < ARRAY_LEN(right); i++) {
		CLEANUP(request_finish) struct request req;
		struct part *p;
		struct err err;

		request_init(&req);
		p = turn_add(request_add_turn(&req, ROLE_USER), PART_IMAGE);
		assert_int_equal(source_read(p, right[i], "here", &err), 0);
		assert_int_equal(p->kind, PART_IMAGE);
		assert_string_equal(p->text, right[i]);
		assert_null(p->media_type);
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		check_refused(PART_IMAGE, wrong[i], "'here'");
}
