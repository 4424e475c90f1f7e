/* What nobody may read once it was taken in. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

/*
 * Overwrites the value of a variable where it stands, each time it does, also under the names
 * REDIRECT_NAME, REDIRECT_REDIRECT_NAME and so on, which Apache gives to copies when it passes
 * a request from one of its rules to another: an environment can be read from outside.
 */
void secret_forget(char *const *environment, const char *name);

#endif
