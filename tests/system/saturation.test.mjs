// More requests than children.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {PART, ask, assertAnswers, get, open, post} from './ask.mjs';

const QUEUE = 2;
const CHILDREN = 2;

let stack;

const start = patience => startStack({
  claude: process.env.FAKE_CLAUDE,
  env: {
    PROXY_CHILDREN: String(CHILDREN),
    PROXY_WORKERS: String(CHILDREN + 4),
    PROXY_QUEUE_SECONDS: String(patience),
  },
});

before(async () => {
  stack = await start(QUEUE);
});
after(() => stack?.stop());

/** Takes every child; `release` gives them back. */
async function takeAll(of = stack) {
  const streams = await Promise.all(Array.from({length: CHILDREN}, async () => {
    const stream = await open(of, {text: 'fake:hang mid'});
    await stream.until(PART);
    return stream;
  }));
  return () => streams.forEach(stream => stream.leave());
}

async function settled() {
  await until(() => stack.children().length === 0, 5000, 'every child has ended');
}

test('a request waits for a free child', {timeout: 20_000}, async () => {
  const release = await takeAll();
  const waiting = ask(stack, {text: 'hello'});
  const health = await get(stack, '/health');
  assert.equal(await health.text(), 'ok\n');
  assert.equal(stack.children().length, CHILDREN);
  release();
  const got = await waiting;
  assert.equal(got.status, 200, got.error?.message);
  await settled();
});

for (const stream of [false, true])
  test(`who waits too long gets 429${stream ? ', streamed' : ''}`, {timeout: 20_000}, async () => {
    const release = await takeAll();
    const got = await ask(stack, {text: 'hello', stream});
    assert.equal(got.status, 429);
    assert.equal(got.error.code, 'rate_limit_exceeded');
    assert.match(got.headers.get('retry-after') ?? 'none', /^[1-9]\d*$/);
    assert.ok(got.ms > QUEUE * 1000 - 100 && got.ms < QUEUE * 1000 + 2000, `took ${got.ms} ms`);
    release();
    await settled();
    await assertAnswers(stack);
  });

test('a full queue is 503, and the rest answers meanwhile', {timeout: 30_000}, async () => {
  const release = await takeAll();
  const crowd = Promise.all(Array.from({length: 30}, () => ask(stack, {text: 'hello'})));
  for (let i = 0; i < 5; i++) {
    const started = performance.now();
    const health = await get(stack, '/health');
    assert.equal(health.status, 200);
    const models = await get(stack, '/v1/models');
    assert.equal(models.status, 200);
    assert.ok((await models.json()).data.length > 0);
    assert.ok(performance.now() - started < 1000, 'health and models wait for the crowd');
  }
  const got = await crowd;
  for (const one of got) {
    assert.ok([429, 503].includes(one.status), `${one.status} ${one.error?.message}`);
    assert.match(one.headers.get('retry-after') ?? 'none', /^[1-9]\d*$/);
  }
  const full = got.filter(one => one.status === 503);
  assert.ok(full.length > 0, 'nobody was told that the queue is full');
  for (const one of full) assert.equal(one.error.code, 'overloaded');
  assert.ok(Math.min(...full.map(one => one.ms)) < 1000, 'a full queue answers at once');
  release();
  await settled();
  await assertAnswers(stack);
});

test('who leaves the queue has no place in it, and no child', {timeout: 40_000}, async () => {
  const patient = await start(60);
  const queue = async () => (await (await get(patient, '/health?deep=1')).json()).queue;
  try {
    assert.equal(await queue(), 0);
    const release = await takeAll(patient);
    const abort = new AbortController();
    const gone = post(patient, {text: 'hello'}, {signal: abort.signal}).catch(err => err.name);
    await until(async () => await queue() === 1, 10_000, 'it waits');
    abort.abort();
    assert.equal(await gone, 'AbortError');
    await until(async () => await queue() === 0, 10_000, 'it waits no longer');
    const logged = () => / status=499 .* error=client_gone\n/.test(patient.log());
    await until(logged, 5000, 'the log says so');
    assert.equal(patient.children().length, CHILDREN);
    release();
  } finally {
    await patient.stop();
  }
});
