// Many requests: nothing lost, nothing mixed up, nothing left over.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {PART, WAYS, ask, open} from './ask.mjs';
import {below, descriptorsOf, workersOf} from './watch.mjs';

const CHILDREN = 4;

let stack;

before(async () => {
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE,
    env: {PROXY_CHILDREN: String(CHILDREN), PROXY_WORKERS: '8'},
  });
});
after(() => stack?.stop());

const numbers = n => Array.from({length: n}, (_, i) => i + 1).join(' ');

test('streams at once keep their order and lose nothing', {timeout: 60_000}, async () => {
  const got = await Promise.all(Array.from({length: CHILDREN}, (_, i) =>
    ask(stack, {...WAYS[i], text: `fake:count ${200 + i} 100`})));
  got.forEach((one, i) => {
    assert.equal(one.end, 'done', one.error?.message);
    assert.equal(one.text, numbers(200 + i));
  });
});

test('a stream is passed on as it comes', {timeout: 20_000}, async () => {
  const stream = await open(stack, {text: 'fake:pause mid'});
  await stream.until(PART);
  assert.equal(stream.read().text, PART);
  process.kill(stack.children()[0].pid, 'SIGUSR1');
  assert.equal((await stream.rest()).text, `${PART} and the rest`);
});

test('a fast answer is not mixed up', {timeout: 60_000}, async () => {
  for (const way of WAYS) {
    const got = await ask(stack, {...way, text: 'fake:count 3000 0'});
    assert.equal(got.text, numbers(3000));
  }
});

/** Open descriptors of every process of the gateway, once its children have ended. */
async function descriptors() {
  await until(() => stack.children().length === 0, 5000, 'every child has ended');
  await until(() => below(stack.pid).every(p => p.state !== 'Z'), 5000, 'every child is reaped');
  return [stack.pid, ...workersOf(stack.pid)].map(pid => [pid, descriptorsOf(pid)]);
}

async function rounds(n) {
  const texts = ['hello', 'fake:exit mid 3', 'fake:error 529 overloaded_error', 'fake:count 50 0'];
  for (let i = 0; i < n; i++)
    await Promise.all(texts.map((text, j) => ask(stack, {...WAYS[(i + j) % 4], text})));
}

test('requests leave no descriptor, process or zombie behind', {timeout: 120_000}, async () => {
  await rounds(5);
  const before = new Map(await descriptors());
  await rounds(25);
  assert.deepEqual((await descriptors()).map(([pid]) => pid), [...before.keys()]);
  /* A worker closes its connection after the client has its answer, before and now. */
  const more = async () => (await descriptors()).filter(([pid, n]) => n > before.get(pid));
  await until(async () => (await more()).length === 0, 5000, 'no descriptor is left');
});
