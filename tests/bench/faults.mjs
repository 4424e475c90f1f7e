// How soon the gateway is itself again: after clients that left, workers that died, a full house.
import assert from 'node:assert/strict';
import {setImmediate as turn, setTimeout as pause} from 'node:timers/promises';
import {startStack} from '../lib/stack.mjs';
import {hold} from '../system/watch.mjs';
import {msBetween, now, send} from './client.mjs';
import {percentile} from './figures.mjs';
import {childrenOf, workersOf} from './machine.mjs';

const LEAVES = 100;
const CRASHES = 20;
const SHED = 200;

/* Longer than this a worker must have lived for the next one to be started without a delay. */
const LIFE_MS = 1200;

const asking = text => JSON.stringify({
  model: 'sonnet', stream: true, messages: [{role: 'user', content: text}],
});

async function begin(stack, text = 'fake:hang mid') {
  const res = await send(stack, '/v1/chat/completions', asking(text));
  assert.equal(res.statusCode, 200);
  res.on('error', () => {});
  await new Promise(resolve => res.setEncoding('utf8').on('data', data =>
    data.includes('Half') && resolve()));
  return res;
}

/** Looks all the time, but lets what the sockets have to say come in between. */
async function busyUntil(is, what) {
  const end = now() + 10_000_000_000n;
  while (!is()) {
    assert.ok(now() < end, `not within 10 s: ${what}`);
    await turn();
  }
}

/** Milliseconds from a client's leaving to the end of its child. */
async function leave(stack) {
  const res = await begin(stack);
  const child = hold(childrenOf(stack)[0]);
  const from = now();
  res.destroy();
  await busyUntil(() => !child.alive(), 'the child has ended');
  const took = msBetween(from, now());
  await busyUntil(() => childrenOf(stack).length === 0, 'it is reaped');
  return took;
}

/** Milliseconds until all workers, of which each is killed, are there again, and to an answer. */
async function crash(stack) {
  await pause(LIFE_MS);
  const before = workersOf(stack).map(({pid}) => pid);
  const from = now();
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await busyUntil(() => workersOf(stack).filter(({pid, state}) =>
    state !== 'Z' && !before.includes(pid)).length === before.length, 'the workers are back');
  const back = msBetween(from, now());
  const res = await send(stack, '/v1/chat/completions', asking('hello'));
  const answered = msBetween(from, now());
  res.resume();
  assert.equal(res.statusCode, 200);
  return {back, answered};
}

/** Milliseconds to a 503, while every child is taken and nobody may wait. */
async function shed(stack) {
  const from = now();
  const res = await send(stack, '/v1/chat/completions', asking('hello'));
  const took = msBetween(from, now());
  res.resume();
  assert.equal(res.statusCode, 503);
  assert.ok(res.headers['retry-after']);
  return took;
}

const times = async (n, measure) => {
  const taken = [];
  for (let i = 0; i < n; i++) taken.push(await measure());
  return taken;
};

const summaryOf = ms => ({p50: percentile(ms, 50), p99: percentile(ms, 99), n: ms.length});

/** Resolves to {left, back, answered, shed}, each {p50, p99, n} in ms. */
export async function measureFaults({fake}, {stop, progress}) {
  const start = async env => {
    const stack = await startStack({claude: fake, env: {PROXY_LOG: 'error', ...env}});
    return {stack, end: stop(stack.stop)};
  };
  progress('clients that leave');
  const {stack, end} = await start({PROXY_CHILDREN: '2', PROXY_WORKERS: '4'});
  const left = await times(LEAVES, () => leave(stack));
  progress('workers that are killed');
  const crashes = await times(CRASHES, () => crash(stack));
  await end();
  progress('more requests than may wait');
  const full = await start({PROXY_CHILDREN: '1', PROXY_WORKERS: '3', PROXY_QUEUE_SECONDS: '60'});
  const holder = await begin(full.stack);
  const refused = await times(SHED, () => shed(full.stack));
  holder.destroy();
  await full.end();
  return {
    left: summaryOf(left), back: summaryOf(crashes.map(one => one.back)),
    answered: summaryOf(crashes.map(one => one.answered)), shed: summaryOf(refused),
  };
}
