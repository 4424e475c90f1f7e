#include "ipc/pipes.h"

#include <unistd.h>

void pipes_close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void pipes_close(struct pipes *p)
{
	pipes_close_end(&p->in);
	pipes_close_end(&p->out);
	pipes_close_end(&p->err);
}
