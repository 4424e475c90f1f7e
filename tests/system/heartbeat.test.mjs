// Signs of life in a stream while the model says nothing.
import assert from 'node:assert/strict';
import {after, afterEach, before, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {PART, ask, assertAnswers, frames, open} from './ask.mjs';

const EVERY_MS = 1000;
const WHOLE = `${PART} and the rest`;
const LIMIT = {timeout: 30_000};
const APIS = ['chat', 'responses'];

let stack;
before(async () => {
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE,
    env: {
      PROXY_HEARTBEAT_SECONDS: String(EVERY_MS / 1000),
      PROXY_START_SECONDS: '60', PROXY_FIRST_SECONDS: '60', PROXY_IDLE_SECONDS: '60',
    },
  });
});
after(() => stack?.stop());
afterEach(() => signalAll('SIGKILL'));

function signalAll(signal) {
  for (const {pid} of stack.children())
    try {
      process.kill(pid, signal);
    } catch (err) {
      if (err.code !== 'ESRCH') throw err; /* it has just ended */
    }
}

/** Ends the pause of every child that runs. */
function goOn() {
  signalAll('SIGUSR1');
}

/** How often the stream says that it begins. */
function heads(raw) {
  return frames(raw).filter(({data}) =>
    data.type === 'response.created' || data.choices?.[0]?.delta.role).length;
}

async function gone() {
  await until(() => stack.children().length === 0, 5000, 'every child has ended');
}

const SILENCES = [
  {name: 'while the child boots', system: 'fake:pause before on', text: 'hello', says: /hello$/},
  {
    name: 'while the history is told',
    turns: [['user', 'fake:pause before told'], ['assistant', 'so']],
    text: 'hello',
    says: /hello$/,
  },
  {name: 'before the first event', text: 'fake:pause init', says: WHOLE},
  {name: 'in the middle', text: 'fake:pause mid', says: WHOLE},
];

for (const api of APIS)
  for (const {says, ...phase} of SILENCES)
    test(`${phase.name}: ${api}`, LIMIT, async () => {
      const started = performance.now();
      const stream = await open(stack, {api, ...phase});
      assert.equal(stream.status, 200);
      assert.match(stream.headers.get('content-type'), /^text\/event-stream/);
      await stream.until(2);
      const {beats, text} = stream.read();
      const most = (performance.now() - started) / EVERY_MS;
      assert.ok(beats <= most, `${beats} in ${most} seconds`);
      assert.equal(text, phase.text === 'fake:pause mid' ? PART : '');
      goOn();
      const got = await stream.rest();
      assert.equal(got.end, 'done');
      if (typeof says === 'string') assert.equal(got.text, says);
      else assert.match(got.text, says);
      assert.equal(got.finish, api === 'chat' ? 'stop' : 'completed');
      assert.equal(heads(stream.raw), 1);
      await gone();
    });

/** [what happens after the pause, the code of the error] */
const FAILURES = [['exit', 'upstream_error'], ['error', 'overloaded']];

for (const api of APIS)
  for (const [then, code] of FAILURES)
    test(`an error after a sign of life is in the stream: ${then}, ${api}`, LIMIT, async () => {
      const stream = await open(stack, {api, text: `fake:pause init ${then}`});
      assert.equal(stream.status, 200, 'the head came with the first sign of life');
      goOn();
      const got = await stream.rest();
      assert.equal(got.end, 'error');
      assert.equal(got.error.code, code);
      assert.equal(got.text, '');
      assert.equal(heads(stream.raw), 1);
      await gone();
      await assertAnswers(stack);
    });

/* Another stream is the clock. */
for (const api of APIS)
  test(`a whole answer stays whole, and an early error a status: ${api}`, LIMIT, async () => {
    const whole = ask(stack, {api, text: 'fake:pause init'});
    const fails = ask(stack, {api, text: 'fake:pause init exit'});
    const clock = await open(stack, {api, text: 'fake:pause init'});
    await clock.until(2);
    await until(() => stack.children().length === 3, 5000, 'all three are served');
    goOn();
    const got = await whole;
    assert.equal(got.status, 200, got.error?.message);
    assert.ok(!got.streamed);
    assert.equal(got.text, WHOLE);
    const failed = await fails;
    assert.equal(failed.status, 502);
    assert.equal(failed.error.code, 'upstream_error');
    assert.equal((await clock.rest()).text, WHOLE);
    await gone();
  });

for (const api of APIS)
  test(`none where the answer itself comes: ${api}`, LIMIT, async () => {
    const got = await ask(stack, {api, stream: true, text: 'fake:count 50 20'});
    assert.equal(got.end, 'done', got.error?.message);
    assert.ok(got.ms > 2 * EVERY_MS, `took only ${got.ms} ms`);
    assert.equal(got.beats, 0);
  });
