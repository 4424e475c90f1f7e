#include "wire/wire.h"

#include "base/mem.h"

const struct wire *const wires[] = {
	&wire_chat,
	&wire_responses,
};
const size_t wires_n = ARRAY_LEN(wires);

const struct wire_key wire_keys_bearer[] = {{"HTTP_AUTHORIZATION", true}, {NULL, false}};

void wire_out_finish(struct wire_out *o)
{
	answer_finish(&o->answer);
}

const char *wire_out_model(const struct wire_out *o)
{
	return o->answer.model != NULL ? o->answer.model : o->model;
}
