// Each wait for a child has a limit of its own, and the request has one that no child escapes.
import assert from 'node:assert/strict';
import {afterEach, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {PART, WAYS, ask, assertAnswers} from './ask.mjs';

const LIMIT = {timeout: 30_000};
const LONG = 4;
const SHORT = 1;

let stack;

/** The deadlines that are not named are far away. */
async function start(env) {
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE, env: {
      PROXY_START_SECONDS: '60', PROXY_FIRST_SECONDS: '60', PROXY_IDLE_SECONDS: '60',
      PROXY_REQUEST_SECONDS: '60', ...env,
    },
  });
}

afterEach(async () => {
  await until(() => stack.children().length === 0, 5000, 'every child has ended');
  await assertAnswers(stack);
  await stack.stop();
});

function assertLate(got, way, setting, seconds) {
  assert.equal(got.end, 'error', way.name);
  assert.equal(got.error.code, 'timeout');
  assert.match(got.error.message, new RegExp(setting));
  assert.equal(got.status, way.stream && got.text ? 200 : 504);
  assert.ok(got.ms > seconds * 1000 - 100, `gave up after ${got.ms} ms`);
  assert.ok(got.ms < seconds * 1000 + 2500, `took ${got.ms} ms`);
}

const askAll = query => Promise.all(WAYS.map(way => ask(stack, {...way, ...query})));

/** [the setting, a child that has it run out] */
const WAITS = [
  ['PROXY_START_SECONDS', {system: 'fake:hang before', text: 'hello'}],
  ['PROXY_FIRST_SECONDS', {text: 'fake:hang init'}],
  ['PROXY_IDLE_SECONDS', {text: 'fake:hang mid'}],
  ['PROXY_REQUEST_SECONDS', {text: 'fake:count 100000 50'}],
];

for (const [setting, query] of WAITS)
  test(`${setting} alone`, LIMIT, async () => {
    await start({[setting]: String(SHORT)});
    const got = await askAll(query);
    got.forEach((one, i) => assertLate(one, WAYS[i], setting, SHORT));
  });

test('in the middle it may be silent longer than before', LIMIT, async () => {
  await start({PROXY_FIRST_SECONDS: String(SHORT), PROXY_IDLE_SECONDS: String(LONG)});
  const got = await askAll({text: 'fake:hang mid'});
  got.forEach((one, i) => {
    assertLate(one, WAYS[i], 'PROXY_IDLE_SECONDS', LONG);
    if (WAYS[i].stream) assert.equal(one.text, PART);
  });
});

/* A request that is given up is the clock. */
test('the boot is not part of the wait for the first word', LIMIT, async () => {
  await start({PROXY_FIRST_SECONDS: String(SHORT)});
  const boots = ask(stack, {system: 'fake:pause before on', text: 'hello'});
  const child = await until(() => stack.children()[0], 5000, 'it is started');
  for (let i = 0; i < 2; i++)
    assert.equal((await ask(stack, {text: 'fake:hang init'})).status, 504);
  process.kill(child.pid, 'SIGUSR1');
  const got = await boots;
  assert.equal(got.status, 200, got.error?.message);
});
