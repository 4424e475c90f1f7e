// Signals to the keeper and its workers.
import assert from 'node:assert/strict';
import {afterEach, test} from 'node:test';
import {end, until} from '../lib/proc.mjs';
import {checkDir, startStack} from '../lib/stack.mjs';
import {PART, WAYS, ask, assertAnswers, get, open} from './ask.mjs';
import {untilChildren} from './keep.mjs';
import {below, hold, workersOf} from './watch.mjs';

const WORKERS = 4;
const COUNT = Array.from({length: 40}, (_, i) => i + 1).join(' ');

let stack;
let stopped; /* the test ended the gateway in a way that stack.stop() would not accept */

async function start(env = {}) {
  stopped = false;
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE,
    env: {PROXY_CHILDREN: '2', PROXY_WORKERS: String(WORKERS), PROXY_LOG: 'debug', ...env},
  });
}

afterEach(async () => {
  if (!stopped) return stack.stop();
  await end(stack.nginx, 'SIGTERM', 5000);
  return checkDir(stack.dir);
});

const children = () => stack.children().map(p => p.pid);
const workers = () => workersOf(stack.pid);

/** The worker that was lent the child, as the log has it. */
function workerOf(child) {
  return Number(
    stack.log().match(new RegExp(`child ${child} goes to worker (\\d+)"?$`, 'm'))?.[1]);
}

/** Everything that runs for the gateway, to be asked about when it should be gone. */
function everything() {
  return [...new Set([stack.pid, ...workers(), ...children()])].map(hold);
}

async function assertAllGone(held, ms) {
  for (const process of held)
    await until(() => !process.alive(), ms, `${process.pid} has ended`);
  assert.deepEqual(children(), []);
}

async function exitCode() {
  await until(() => stack.proxy.exitCode !== null || stack.proxy.signalCode !== null, 15_000,
    'the gateway has ended');
  return stack.proxy.exitCode;
}

test('a killed worker takes its child along, and nothing else', {timeout: 30_000}, async () => {
  await start();
  const steady = await open(stack, {text: 'fake:count 40 20'});
  await steady.until('"1"');
  const others = children();
  const cut = await open(stack, {text: 'fake:hang mid', api: 'responses'});
  await cut.until(PART);
  const [child] = children().filter(pid => !others.includes(pid));
  const held = hold(child);
  const worker = hold(workerOf(child));
  process.kill(worker.pid, 'SIGKILL');
  await until(() => !held.alive(), 4000, 'the child of the killed worker has ended');
  const ended = await cut.rest().catch(() => ({end: 'cut'}));
  assert.notEqual(ended.end, 'done', 'a cut answer looks whole');
  await until(() => workers().length === WORKERS, 5000, 'another worker has started');
  assert.equal((await steady.rest()).text, COUNT);
  await assertAnswers(stack);
});

/** Kills the workers of so many streams, whose children have a child each, all at once. */
async function killWorkers(count, kind) {
  const from = stack.log().length;
  const cut = await Promise.all(Array.from({length: count}, () =>
    open(stack, {text: `fake:grandchild mid ${kind} stay`})));
  for (const stream of cut) await stream.until(PART);
  await until(() => children().length === 2 * count, 10_000, 'every child has its child');
  const held = children().map(hold);
  const found = [...stack.log().slice(from).matchAll(/child \d+ goes to worker (\d+)"?$/gm)];
  assert.equal(found.length, count);
  for (const [, worker] of found) process.kill(Number(worker), 'SIGKILL');
  for (const one of held) await until(() => !one.alive(), 10_000, `${one.pid} has ended`);
  await until(() => below(stack.pid).every(p => p.state !== 'Z'), 5000, 'all are reaped');
  for (const stream of cut)
    assert.notEqual((await stream.rest().catch(() => ({end: 'cut'}))).end, 'done');
}

/* In a round; scripts/soak has ten of them. */
const AT_ONCE = 10;
const KILLS = Number(process.env.SOAK_KILLS ?? AT_ONCE);

for (const kind of ['deaf', 'group', 'session', 'daemon'])
  test(`${KILLS} killed workers leave no grandchild, ${kind}`, {timeout: 60_000 + KILLS * 2000},
    async () => {
      await start({PROXY_CHILDREN: String(AT_ONCE), PROXY_WORKERS: String(AT_ONCE + 2)});
      for (let left = KILLS; left > 0; left -= AT_ONCE) {
        await killWorkers(Math.min(left, AT_ONCE), kind);
        await until(() => workers().length === AT_ONCE + 2, 10_000, 'all workers are back');
      }
      await assertAnswers(stack);
    });

for (const stream of [false, true])
  test(`a worker that is killed before its answer begins${stream ? ', streamed' : ''}: 503`,
    {timeout: 30_000}, async () => {
      await start();
      const asked = ask(stack, {text: 'fake:hang init', stream});
      const child = await until(() => children()[0], 5000, 'a child was started');
      process.kill(await until(() => workerOf(child), 5000, 'a worker has it'), 'SIGKILL');
      const got = await asked;
      assert.equal(got.status, 503);
      assert.equal(got.error.code, 'overloaded');
      assert.ok(Number(got.headers.get('retry-after')) > 0);
      await assertAnswers(stack);
    });

for (const api of ['chat', 'responses'])
  test(`${api}: the client of a worker that crashes sees its answer break`, {timeout: 30_000},
    async () => {
      await start();
      const cut = await open(stack, {text: 'fake:hang mid', api});
      await cut.until(PART);
      const steady = await open(stack, {text: 'fake:count 40 20'});
      await steady.until('"1"');
      const worker = workerOf(children()[0]);
      process.kill(worker, 'SIGABRT'); /* a sanitizer has no report for it */
      await assert.rejects(cut.rest(), 'the answer ends as if it were whole');
      await until(() => workers().length === WORKERS, 5000, 'another worker is there');
      assert.equal((await steady.rest()).text, COUNT);
      await assertAnswers(stack);
    });

test('every worker killed at once: the next request is served', {timeout: 30_000}, async () => {
  await start();
  for (const pid of workers()) process.kill(pid, 'SIGKILL');
  await until(async () => (await ask(stack, {text: 'hello'}).catch(() => ({}))).status === 200,
    10_000, 'requests are served again');
  await until(() => workers().length === WORKERS, 10_000, 'all workers are back');
});

test('SIGTERM lets eight running streams finish', {timeout: 30_000}, async () => {
  await start({PROXY_CHILDREN: '8', PROXY_WORKERS: '10', PROXY_DRAIN_SECONDS: '20'});
  const streams = await Promise.all(Array.from({length: 8}, (_, i) =>
    open(stack, {api: WAYS[i % WAYS.length].api, text: 'fake:count 40 20'})));
  for (const stream of streams) await stream.until('"1"');
  const held = everything();
  process.kill(stack.pid, 'SIGTERM');
  for (const stream of streams) {
    const got = await stream.rest();
    assert.equal(got.end, 'done');
    assert.equal(got.text, COUNT);
  }
  assert.equal(await exitCode(), 0);
  await assertAllGone(held, 5000);
});

test('SIGTERM refuses new requests while a stream goes on', {timeout: 30_000}, async () => {
  await start({PROXY_DRAIN_SECONDS: '25'});
  const stream = await open(stack, {text: 'fake:pause mid'});
  await stream.until(PART);
  process.kill(stack.pid, 'SIGTERM');
  await until(() => workers().length === 1, 5000, 'the idle workers have ended');
  for (const way of WAYS) {
    const got = await ask(stack, {...way, text: 'hello'});
    assert.equal(got.status, 503, way.name);
    assert.equal(got.error.code, 'overloaded');
    assert.ok(Number(got.headers.get('retry-after')) > 0);
  }
  assert.equal((await get(stack, '/health')).status, 503);
  process.kill(children()[0], 'SIGUSR1');
  assert.equal((await stream.rest()).end, 'done');
  assert.equal(await exitCode(), 0);
});

test('SIGTERM when nothing runs ends it at once', {timeout: 30_000}, async () => {
  await start();
  await assertAnswers(stack);
  const held = everything();
  const started = performance.now();
  process.kill(stack.pid, 'SIGTERM');
  assert.equal(await exitCode(), 0);
  assert.ok(performance.now() - started < 3000, 'an idle proxy drains nothing');
  await assertAllGone(held, 2000);
});

test('the drain has a deadline', {timeout: 30_000}, async () => {
  await start({PROXY_DRAIN_SECONDS: '1'});
  const stream = await open(stack, {text: 'fake:hang mid'});
  await stream.until(PART);
  const held = everything();
  const started = performance.now();
  process.kill(stack.pid, 'SIGTERM');
  assert.equal(await exitCode(), 0);
  assert.ok(performance.now() - started > 900, 'it did not wait');
  assert.ok(performance.now() - started < 6000, 'it waited too long');
  await assertAllGone(held, 2000);
  await assert.rejects(stream.rest(), 'the answer ends as if it were whole');
});

for (const second of ['SIGTERM', 'SIGINT'])
  test(`a second signal, ${second}, ends the drain`, {timeout: 30_000}, async () => {
    await start({PROXY_DRAIN_SECONDS: '60'});
    const stream = await open(stack, {text: 'fake:stubborn mid'});
    await stream.until(PART);
    const held = everything();
    process.kill(stack.pid, 'SIGTERM');
    await until(() => workers().length === 1, 5000, 'the idle workers have ended');
    process.kill(stack.pid, second);
    stopped = true;
    await exitCode();
    await assertAllGone(held, 5000);
    await assert.rejects(stream.rest(), 'the answer ends as if it were whole');
  });

test('signals until the end change nothing of how it ends', {timeout: 30_000}, async () => {
  await start();
  await assertAnswers(stack);
  process.kill(stack.pid, 'SIGTERM');
  await until(() => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) stack.proxy.kill(signal);
    return stack.proxy.exitCode !== null || stack.proxy.signalCode !== null;
  }, 15_000, 'it has ended');
  assert.deepEqual([stack.proxy.exitCode, stack.proxy.signalCode], [0, null]);
});

test('a killed keeper leaves nothing behind', {timeout: 30_000}, async () => {
  await start({PROXY_CHILDREN: '4', PROXY_WORKERS: '6', PROXY_SPARES: '1', PROXY_PARKED: '1'});
  await assertAnswers(stack);
  await untilChildren(stack, {spare: 1, parked: 1, leased: 0});
  const stream = await open(stack, {text: 'fake:hang mid'});
  await stream.until(PART);
  const stubborn = await open(stack, {text: 'fake:stubborn mid'});
  await stubborn.until(PART);
  await untilChildren(stack, {spare: 1, parked: 1, leased: 2});
  const held = everything();
  assert.equal(held.length, 1 + 6 + 4);
  stopped = true;
  process.kill(stack.pid, 'SIGKILL');
  await assertAllGone(held, 6000);
  for (const cut of [stream, stubborn])
    assert.notEqual((await cut.rest().catch(() => ({end: 'cut'}))).end, 'done');
});
