#include "timing/welch.h"

#include <math.h>

void sample_add(struct sample *s, double x)
{
	double before = x - s->mean;

	s->n++;
	s->mean += before / (double)s->n;
	s->squares += before * (x - s->mean);
}

/* The square of the mean's standard error. */
static double error_of(const struct sample *s)
{
	return s->squares / (double)(s->n - 1) / (double)s->n;
}

double welch_t(const struct sample *a, const struct sample *b)
{
	double error = a->n > 1 && b->n > 1 ? error_of(a) + error_of(b) : 0;

	return error > 0 ? (a->mean - b->mean) / sqrt(error) : 0;
}
