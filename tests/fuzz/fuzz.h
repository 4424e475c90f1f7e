/*
 * What the targets share. Each is one page with LLVMFuzzerTestOneInput, whose oracles are
 * asserts; libFuzzer calls it (scripts/fuzz), and in every test run replay.c with the corpus.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "turn/request.h"

#ifdef NDEBUG
#error "the oracles are asserts"
#endif

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A copy of the bytes, exactly as long and with a NUL after them, for the caller to free. */
char *fuzz_text(const uint8_t *data, size_t n);

/* Takes the first line off the n bytes at *s, without its LF; its length in *len. */
const char *fuzz_line(const char **s, size_t *n, size_t *len);

/* What a client would be told: of a kind, in words, as UTF-8, and JSON when it is sent. */
void fuzz_check_err(const struct err *err);

/* Every line of the text is one JSON object with a "type". Returns how many there are. */
size_t fuzz_check_lines(const struct buf *text);

/* A request of the Responses format, for as long as the process lives; body is JSON. */
const struct request *fuzz_request(const char *body);

#endif
