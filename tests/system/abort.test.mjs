// A client that leaves: its child is ended at once, whatever it was doing.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {PART, WAYS, assertAnswers, open, post} from './ask.mjs';
import {hold} from './watch.mjs';

const GONE_MS = 4000; /* SIGTERM, 2 s later SIGKILL, and some time for a busy machine */

let stack;

/* The deadlines are far away, so that only the client's leaving can end a child. */
before(async () => {
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE,
    env: {PROXY_START_SECONDS: '60', PROXY_FIRST_SECONDS: '60', PROXY_IDLE_SECONDS: '60'},
  });
});
after(() => stack?.stop());

async function childOf() {
  const child = await until(() => stack.children()[0], 5000, 'a child was started');
  return hold(child.pid);
}

async function assertEnded(child) {
  await until(() => !child.alive(), GONE_MS, 'the child of a client that left has ended');
  await until(() => stack.children().length === 0, GONE_MS, 'and all it started');
  await assertServes();
}

/* Without a child at the end: the next test takes the first that it sees for its own. */
async function assertServes() {
  await assertAnswers(stack);
  await until(() => stack.children().length === 0, GONE_MS, 'the child that answered has ended');
}

/* Before the first event there is nothing to see, so that these wait for the child alone. */
const SILENT = [
  {name: 'while the child boots', system: 'fake:hang before', text: 'hello'},
  {
    name: 'while the history is told',
    turns: [['user', 'fake:hang init'], ['assistant', 'so']],
    text: 'hello',
  },
  {name: 'while a long prompt is written', system: 'fake:deaf', text: 'long '.repeat(150_000)},
  {name: 'before the first byte', text: 'fake:hang before'},
  {name: 'in the middle, unseen', text: 'fake:hang mid'},
];

for (const way of WAYS)
  for (const phase of SILENT)
    test(`${phase.name}: ${way.name}`, {timeout: 15_000}, async () => {
      const abort = new AbortController();
      const gone = post(stack, {...phase, ...way}, {signal: abort.signal})
        .then(res => res.text()).catch(err => err.name);
      const child = await childOf().finally(() => abort.abort());
      assert.equal(await gone, 'AbortError');
      await assertEnded(child);
    });

const SEEN = [
  {name: 'in the middle', text: 'fake:hang mid', seen: PART},
  {name: 'while text flows', text: 'fake:count 100000 200', seen: '10'},
  {name: 'and the child ignores SIGTERM', text: 'fake:stubborn mid', seen: PART},
];

for (const api of ['chat', 'responses'])
  for (const phase of SEEN)
    test(`${phase.name}: ${api}`, {timeout: 15_000}, async () => {
      const stream = await open(stack, {...phase, api});
      await stream.until(phase.seen);
      const child = await childOf();
      stream.leave();
      await assertEnded(child);
    });

test('one that stays is not disturbed by one that leaves', {timeout: 15_000}, async () => {
  const stays = await open(stack, {text: 'fake:count 40 40'});
  const leaves = await open(stack, {text: 'fake:hang mid'});
  await stays.until('" 2"');
  await leaves.until(PART);
  leaves.leave();
  const got = await stays.rest();
  assert.equal(got.end, 'done');
  assert.equal(got.text, Array.from({length: 40}, (_, i) => i + 1).join(' '));
});
