// A client that goes away takes the whole chain with it, up to Anthropic's connection.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {GONE_MS, LIMIT, startReal} from '../lib/real.mjs';
import {until} from '../lib/proc.mjs';
import {says} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal();

const APIS = {
  chat: (options, signal) => client.chat.completions.create(
    {model: 'opus', messages: [{role: 'user', content: 'Go on'}], ...options}, {signal}),
  responses: (options, signal) => client.responses.create(
    {model: 'opus', input: 'Go on', ...options}, {signal}),
};

async function endless(turn) {
  turn.begin();
  turn.text('one');
  await turn.hang();
}

const isText = event => event.choices?.[0].delta.content ||
  event.type === 'response.output_text.delta';

/** The chain is gone, and the gateway serves the next client. */
async function assertGone(asked) {
  const record = await asked;
  await until(() => record.state === 'early', GONE_MS, 'the upstream connection is closed');
  await until(() => stack.children().length === 0, GONE_MS, 'claude has ended');
  upstream.script(says('Hello'));
  const next = await APIS.responses({});
  assert.equal(next.output_text, 'Hello');
}

for (const [api, create] of Object.entries(APIS)) {
  test(`${api}: in the middle of a stream`, LIMIT, async () => {
    const asked = upstream.script(endless);
    const abort = new AbortController();
    const stream = await create({stream: true}, abort.signal);
    for await (const event of stream) {
      if (isText(event)) {
        assert.equal(stack.children().length, 1);
        abort.abort();
      }
    }
    await assertGone(asked);
  });

  test(`${api}: before the first event of a stream`, LIMIT, async () => {
    const asked = upstream.script(turn => turn.hang());
    const abort = new AbortController();
    const answer = create({stream: true}, abort.signal);
    await Promise.race([asked, answer]);
    abort.abort();
    await assert.rejects(answer, {name: 'Error', message: /abort/i});
    await assertGone(asked);
  });

  test(`${api}: while waiting for a whole answer`, LIMIT, async () => {
    const asked = upstream.script(endless);
    const abort = new AbortController();
    const answer = create({}, abort.signal);
    await Promise.race([asked, answer]);
    abort.abort();
    await assert.rejects(answer, {name: 'Error', message: /abort/i});
    await assertGone(asked);
  });
}

test('a client that leaves does not disturb another', LIMIT, async () => {
  const abort = new AbortController();
  const leaving = upstream.script(endless);
  const left = await APIS.chat({stream: true}, abort.signal);
  const {promise: finish, resolve: release} = Promise.withResolvers();
  await leaving;
  upstream.script(async turn => {
    turn.begin();
    turn.text('one');
    await turn.pass({opened: finish});
    turn.text(' two');
    turn.end();
  });
  const stays = APIS.chat({});
  await until(() => stack.children().length === 2, 10_000, 'both are served at once');
  abort.abort();
  const record = await leaving;
  await until(() => record.state === 'early', GONE_MS, 'the upstream connection is closed');
  await left[Symbol.asyncIterator]().return?.();
  release();
  assert.equal((await stays).choices[0].message.content, 'one two');
});
