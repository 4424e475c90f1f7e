/* Secrets in an environment, which can be read from outside the process. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

/*
 * Overwrites, with zeros and in place, the value of every variable called `name`, and of its copies
 * REDIRECT_NAME, REDIRECT_REDIRECT_NAME and so on: Apache makes one whenever it passes a request
 * from one of its rules to another.
 */
void secret_forget(char *const *environment, const char *name);

#endif
