/* A clock that only goes forward, for deadlines. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* The milliseconds since a fixed moment before the program started (CLOCK_MONOTONIC). */
long long clock_ms(void);

/* The milliseconds that poll(2) may wait from now until `deadline` (clock_ms); 0 once it passed. */
int clock_until(long long deadline);

/* The earlier one of two times. A time of -1 never comes. */
long long clock_earlier(long long a, long long b);

#endif
