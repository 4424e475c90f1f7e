/* Time that only goes forward, for deadlines. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* Milliseconds since some moment before the program started. */
long long clock_ms(void);

/* The time from now until `deadline` as poll(2) takes it: 0 when it has passed. */
int clock_until(long long deadline);

/* Of two times the first; -1 is never. */
long long clock_earlier(long long a, long long b);

#endif
