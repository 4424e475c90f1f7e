// A storm of signals that mean nothing, or little, while answers are under way.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {setImmediate as turn} from 'node:timers/promises';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {WAYS, ask, assertAnswers} from './ask.mjs';
import {untilChildren} from './keep.mjs';
import {below, workersOf} from './watch.mjs';

const STORM = 1000;
const COUNT = 400;
const CHILDREN = 4;
const WORKERS = 8;

let stack;
before(async () => {
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE,
    env: {PROXY_CHILDREN: String(CHILDREN), PROXY_WORKERS: String(WORKERS), PROXY_PARKED: '2'},
  });
  /* The first of them answers before the last one is forked. */
  await until(() => workersOf(stack.pid).length === WORKERS, 5000, 'all workers are there');
});
after(() => stack?.stop());

/* A worker is ended by its keeper alone: what ends other programs is blocked there. */
const MEANT_FOR_NOBODY = [
  'SIGUSR1', 'SIGUSR2', 'SIGCHLD', 'SIGWINCH', 'SIGPIPE', 'SIGURG', 'SIGCONT',
];
const STORMS = {
  'the keeper': [() => [stack.pid], [...MEANT_FOR_NOBODY, 'SIGHUP']],
  'the workers': [() => workersOf(stack.pid), [...MEANT_FOR_NOBODY, 'SIGHUP', 'SIGINT', 'SIGTERM']],
};

async function assertCounts(way) {
  const got = await ask(stack, {...way, text: `fake:count ${COUNT} 200`});
  assert.equal(got.end, 'done', got.error?.message);
  assert.equal(got.text, Array.from({length: COUNT}, (_, i) => i + 1).join(' '));
}

for (const [whom, [targets, signals]] of Object.entries(STORMS))
  test(`${STORM} signals at ${whom} take nothing from four answers`, {timeout: 60_000},
    async () => {
      const workers = workersOf(stack.pid);
      const answers = Promise.all(WAYS.map(assertCounts));
      await until(() => stack.children().length === CHILDREN, 10_000, 'all are served at once');
      const pids = targets();
      let sent = 0, ended = false;
      answers.finally(() => ended = true).catch(() => {});
      for (; sent < STORM && !ended; sent++) {
        process.kill(pids[sent % pids.length], signals[sent % signals.length]);
        if (sent % 10 === 0) await turn();
      }
      await answers;
      assert.equal(sent, STORM, 'the answers ended before the storm');
      assert.deepEqual(workersOf(stack.pid), workers, 'no worker is lost');
      await untilChildren(stack, {leased: 0, stopping: 0});
      await until(() => below(stack.pid).every(p => p.state !== 'Z'), 5000, 'all are reaped');
      await assertAnswers(stack);
    });
