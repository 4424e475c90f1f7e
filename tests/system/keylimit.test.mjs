// How many requests a key may have running at once.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {after, afterEach, before, test} from 'node:test';
import * as fcgi from '../lib/fcgi.mjs';
import {until} from '../lib/proc.mjs';
import {checkDir, makeDir, setting, startStack} from '../lib/stack.mjs';
import {PART, PATHS, WAYS, ask, assertAnswers, body, get, open, post, requestLine} from './ask.mjs';
import {deep, untilChildren} from './keep.mjs';

const FAKE = setting('FAKE_CLAUDE');
const LIMIT = {timeout: 60_000};
const KEYS = {one: 1, two: 2, any: 0};

let dir, file, stack;
before(() => {
  dir = makeDir();
  file = path.join(dir, 'keys');
  fs.writeFileSync(file, Object.entries(KEYS).map(([name, limit]) =>
    `${name} ${crypto.createHash('sha256').update(name).digest('hex')} ${limit || ''}\n`).join(''),
  {mode: 0o644});
});
after(() => checkDir(dir));
afterEach(() => stack.stop());

async function start(env = {}) {
  stack = await startStack({
    claude: FAKE, env: {PROXY_API_KEY_FILE: file, PROXY_LOG: 'debug', ...env},
  });
}

/** The stack as the owner of a key sees it. */
const as = key => ({...stack, key});

async function hang(key) {
  const stream = await open(as(key), {text: 'fake:hang mid'});
  await stream.until(PART);
  return stream;
}

async function assertRefused(key) {
  const started = performance.now();
  const res = await post(as(key), {text: 'hello'});
  const {error} = await res.json();
  assert.equal(res.status, 429, error?.message);
  assert.ok(performance.now() - started < 5000, 'it waited');
  assert.equal(res.headers.get('retry-after'), '1');
  assert.equal(error.code, 'rate_limit_exceeded');
  assert.match(error.message, new RegExp(`at once: ${KEYS[key]}\\.$`));
  const line = await requestLine(stack, res.headers.get('x-request-id'));
  assert.match(line, new RegExp(` key=${key} .* error=rate_limit$`, 'm'));
}

async function assertServed(key) {
  const got = await ask(as(key), {text: 'hello'});
  assert.equal(got.status, 200, got.error?.message);
}

test('as many as the limit says, and others have their own', LIMIT, async () => {
  await start();
  const streams = [await hang('two'), await hang('two')];
  await assertRefused('two');
  for (const key of ['one', 'any', stack.key]) await assertServed(key);
  for (const path of ['/v1/models', '/health?deep=1'])
    assert.equal((await get(as('two'), path)).status, 200);
  streams.pop().leave();
  await untilChildren(stack, {leased: 1, stopping: 0});
  await assertServed('two');
  streams.push(await hang('two'));
  await assertRefused('two');
  for (const stream of streams) stream.leave();
});

test('of many at once, as many as the limit says', LIMIT, async () => {
  await start();
  const abort = new AbortController();
  const options = {signal: abort.signal};
  const all = await Promise.all(Array.from({length: 8}, () =>
    post(as('two'), {text: 'fake:hang mid', stream: true}, options)));
  assert.deepEqual(all.map(res => res.status).sort(), [200, 200, ...Array(6).fill(429)]);
  abort.abort();
  await untilChildren(stack, {leased: 0});
  await assertServed('two');
});

test('those that wait for a child count', LIMIT, async () => {
  await start({PROXY_CHILDREN: '1'});
  const first = await hang('any');
  const waiting = [ask(as('two'), {text: 'hello'}), ask(as('two'), {text: 'hello'})];
  await until(async () => (await deep(stack)).queue === 2, 5000, 'both wait');
  await assertRefused('two');
  first.leave();
  for (const got of await Promise.all(waiting)) assert.equal(got.status, 200, got.error?.message);
});

/* What the worker still does for the last one, the client knows nothing of. */
for (const PROXY_PARKED of ['0', '4'])
  test(`one after the other, with ${PROXY_PARKED} kept`, LIMIT, async () => {
    await start({PROXY_PARKED});
    const texts = ['hello', 'fake:count 5 0', 'fake:stop max_tokens', 'fake:error 529 overloaded',
      'fake:exit mid 3', 'fake:hang done', 'fake:error 400 invalid_request_error mid'];
    for (let round = 0; round < 3; round++)
      for (const way of WAYS)
        for (const text of texts)
          assert.notEqual((await ask(as('one'), {...way, text})).status, 429, `${way.name} ${text}`);
    for (let round = 0; round < 10; round++) {
      const stream = await open(as('one'), {text: 'fake:hang done'});
      await stream.until('[DONE]');
      assert.notEqual((await ask(as('one'), {text: 'fake:count 1 0'})).status, 429, `${round}`);
      stream.leave();
    }
    assert.doesNotMatch(stack.log(), /error=rate_limit/);
  });

/**
 * A stream whose client does not read on once its last event has begun: that has the whole answer in
 * it, 4 MB, so that the worker is stuck in the middle of it with its child still leased.
 */
async function stickInLastEvent(key, text, event) {
  const query = {api: 'responses', stream: true, text};
  const json = JSON.stringify(body(query));
  const socket = net.connect(path.join(stack.dir, 'proxy.sock')).setEncoding('latin1');
  socket.write(fcgi.request(Object.entries({
    GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'POST', PATH_INFO: PATHS.responses,
    CONTENT_TYPE: 'application/json', CONTENT_LENGTH: String(json.length),
    HTTP_AUTHORIZATION: `Bearer ${key}`,
  }), json));
  let last = '';
  for await (const data of socket.iterator({destroyOnReturn: false})) {
    last = last.slice(-40) + data;
    if (last.includes(`event: ${event}`)) break;
  }
  return socket;
}

for (const [text, event] of [
  ['fake:long delta 4000000', 'response.completed'],
  ['fake:long cut 4000000', 'response.failed'],
])
  test(`who sees the beginning of ${event} may ask again`, LIMIT, async () => {
    await start({PROXY_PARKED: '0'});
    const socket = await stickInLastEvent('one', text, event);
    await assertServed('one');
    await untilChildren(stack, {leased: 1, stopping: 0});
    socket.destroy();
    await untilChildren(stack, {leased: 0});
  });

test('a killed worker and its request count no more', LIMIT, async () => {
  await start();
  const stream = await hang('one');
  await assertRefused('one');
  const [, worker] = stack.log().match(/child \d+ goes to worker (\d+)/);
  process.kill(Number(worker), 'SIGKILL');
  await stream.rest().catch(() => {});
  await untilChildren(stack, {leased: 0, stopping: 0});
  await assertServed('one');
  await assertAnswers(stack);
});
