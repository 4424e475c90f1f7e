// What the longest lines of a child cost: a worker stays small. Without sanitizers.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {afterEach, test} from 'node:test';
import {setting, startStack} from '../lib/stack.mjs';
import {ask} from './ask.mjs';

const LONGEST = 16 << 20; /* LINE_LIMIT */
const MOST_MB = 64;
/** Of what is not decoded: what came of the line, and the worker. */
const PAST_MB = (LONGEST >> 20) + 8;
const LITTLE_MB = 8;

/** [what the child does, whether it is an answer, the most MB] */
const SAID = [
  ['fake:endless before', false, PAST_MB],
  ['fake:endless mid', false, PAST_MB],
  [`fake:long line ${LONGEST + 1}`, false, PAST_MB],
  [`fake:long line ${LONGEST}`, true, MOST_MB],
  [`fake:long other ${10 << 20}`, true, MOST_MB],
  [`fake:long delta ${7 << 20}`, true, MOST_MB],
  [`fake:stderr ${100 << 20}`, true, LITTLE_MB],
];

let stack;
afterEach(() => stack.stop());

const peak = () => Math.max(...stack.workers().map(pid =>
  Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s*(\d+) kB/m)[1]) / 1024));

for (const [text, answers, most] of SAID)
  for (const stream of [false, true])
    test(`${text}${stream ? ' streamed' : ''}`, {timeout: 60_000}, async t => {
      stack = await startStack({
        claude: setting('FAKE_CLAUDE'), bin: setting('PROXY_PLAIN_BIN'),
        env: {PROXY_CHILDREN: '1', PROXY_WORKERS: '3'},
      });
      const got = await ask(stack, {text, stream});
      t.diagnostic(`${got.status} ${peak().toFixed(1)} MB`);
      assert.equal(got.end, answers ? 'done' : 'error', got.error?.message);
      assert.ok(peak() < most, `${peak()} MB`);
    });
