#include "wire/wire.h"

void wire_out_finish(struct wire_out *o)
{
	answer_finish(&o->answer);
}

const char *wire_out_model(const struct wire_out *o)
{
	return o->answer.model != NULL ? o->answer.model : o->model;
}
