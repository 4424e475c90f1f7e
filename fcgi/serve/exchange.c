#include "serve/exchange.h"

#include <sodium.h>

#include "base/clock.h"

void exchange_make_id(char id[EXCHANGE_ID_SIZE])
{
	/* 32 of them, so that a byte makes each as likely; none looks like another. */
	static const char letters[] = "0123456789abcdefghjkmnpqrstvwxyz";
	_Static_assert(sizeof(letters) - 1 == 32, "it divides 256");
	unsigned char bytes[EXCHANGE_ID_SIZE - 1];

	randombytes_buf(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		id[i] = letters[bytes[i] % (sizeof(letters) - 1)];
	id[sizeof(bytes)] = '\0';
}

struct waiter exchange_waiter(struct exchange *x)
{
	return (struct waiter){.client = gateway_client(x->gateway), .deadline = x->deadline};
}

void exchange_send_json(struct exchange *x, const struct buf *json)
{
	struct reply_head head = {.status = 200, .type = "application/json"};

	reply_whole(&x->reply, &head, buf_str(json), json->len);
}

void exchange_end(struct exchange *x)
{
	if (x->ended_at != 0)
		return;
	gateway_end(x->gateway);
	x->ended_at = clock_ms();
}
