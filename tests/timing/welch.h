/* Whether two kinds of measurements have the same mean: Welch's t-test, as dudect uses it. */
#ifndef TIMING_WELCH_H
#define TIMING_WELCH_H

#include <stddef.h>

/* Zero is empty. */
struct sample {
	size_t n;
	double mean, squares; /* sum of squared distances from the mean */
};

void sample_add(struct sample *s, double x);

/* The distance of the means in standard errors; 0 when there is too little to tell. */
double welch_t(const struct sample *a, const struct sample *b);

#endif
