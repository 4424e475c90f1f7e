/* The signals of the keeper, which it hears from a descriptor in its poll loop. */
#ifndef KEEPER_SIGNALS_H
#define KEEPER_SIGNALS_H

/*
 * Blocks the signals that the keeper hears and those that it ignores, for this process and for
 * the workers that it forks, where a signal would cut a blocked write short. Returns a
 * non-blocking descriptor that is readable when one has come, or -1 with errno; they stay
 * blocked in both cases.
 */
int signals_open(void);

/* The number of the next signal that has come, or 0 when there is none. */
int signals_next(int fd);

#endif
