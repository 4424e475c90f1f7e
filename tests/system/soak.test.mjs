// Thousands of requests, a hundred streams at once. scripts/soak has more of both.
import assert from 'node:assert/strict';
import {afterEach, test} from 'node:test';
import {setting, startStack} from '../lib/stack.mjs';
import {growth, keepAsking} from '../lib/soak.mjs';
import {WAYS, ask, get} from './ask.mjs';
import {conversation} from './keep.mjs';

const REQUESTS = Number(process.env.SOAK_REQUESTS ?? 4000);
const SECONDS = Number(process.env.SOAK_STREAM_SECONDS ?? 5);
const STREAMS = 100;
const RATE = 20;
const CLIENTS = 4;
const WARM = 600;

/* Without sanitizers, which keep what is freed. */
const options = {claude: setting('FAKE_CLAUDE'), bin: setting('PROXY_PLAIN_BIN')};
let stack;
afterEach(() => stack.stop());

async function asserts(asked, status, end) {
  const got = await asked;
  assert.equal(got.status, status, got.error?.message);
  assert.equal(got.end, end);
}

/* Two of them: the second is answered by the child that has heard the first. */
async function converse(way) {
  const talk = conversation(stack, way);
  await asserts(talk.say('hello'), 200, 'done');
  await asserts(talk.say('hello again'), 200, 'done');
}

const KINDS = [
  way => asserts(ask(stack, {...way, text: 'hello'}), 200, 'done'),
  way => asserts(ask(stack, {...way, text: 'fake:count 50 0'}), 200, 'done'),
  converse,
  way => asserts(ask(stack, {...way, text: 'fake:exit mid 3'}), way.stream ? 200 : 502, 'error'),
  way => asserts(ask(stack, {...way, text: 'fake:error 529 overloaded_error'}), 503, 'error'),
  way => asserts(ask(stack, {...way, text: 'hello', model: 'nobody'}), 404, 'error'),
  async () => assert.equal((await get(stack, '/v1/models')).status, 200),
];

const one = i => KINDS[i % KINDS.length](WAYS[Math.floor(i / KINDS.length) % WAYS.length]);

test(`${REQUESTS} requests leave nothing`, {timeout: 120_000 + REQUESTS * 200}, async t => {
  stack = await startStack({
    ...options,
    env: {PROXY_CHILDREN: '6', PROXY_WORKERS: '8', PROXY_SPARES: '1', PROXY_PARKED: '2'},
  });
  await keepAsking(CLIENTS, i => i < WARM, one);
  const from = performance.now();
  const grown = await growth(stack, {leased: 0, parked: 0, stopping: 0, spare: 1},
    () => keepAsking(CLIENTS, i => i < REQUESTS, one));
  t.diagnostic(`${(REQUESTS * 1000 / (performance.now() - from)).toFixed(0)} requests a second`);
  assert.deepEqual(grown, []);
});

test(`${STREAMS} streams of ${RATE} events a second`, {timeout: 120_000 + SECONDS * 5000},
  async () => {
    stack = await startStack({
      ...options, backlog: 2 * STREAMS,
      env: {PROXY_CHILDREN: String(STREAMS), PROXY_WORKERS: String(STREAMS + 2)},
    });
    const count = SECONDS * RATE;
    const expected = Array.from({length: count}, (_, i) => i + 1);
    const signal = AbortSignal.timeout(60_000 + SECONDS * 4000);
    const got = await Promise.all(Array.from({length: STREAMS}, (_, i) =>
      ask(stack, {api: ['chat', 'responses'][i % 2], stream: true,
        text: `fake:clock ${count} ${RATE}`}, {signal})));
    for (const {end, text, error} of got) {
      assert.equal(end, 'done', error?.message);
      assert.deepEqual(text.trim().split(' ').map(stamp => Number(stamp.split(':')[0])), expected);
    }
  });
