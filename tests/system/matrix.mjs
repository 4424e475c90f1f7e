// Plays each fault four ways, chat and responses, streamed and whole, and asserts how it shows.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {WAYS, ask, assertAnswers} from './ask.mjs';
import {conversation, leases, untilChildren} from './keep.mjs';
import {below} from './watch.mjs';

/** Seconds a stack of this matrix waits for a silent child. */
export const DEADLINE = 2;

/** A child that does not end by itself is there that long: FLEET_GRACE_MS, CONVERSE_REST_MS. */
const SLOW_END_MS = 2000;

const ENV = {
  PROXY_START_SECONDS: String(DEADLINE),
  PROXY_FIRST_SECONDS: String(DEADLINE),
  PROXY_IDLE_SECONDS: String(DEADLINE),
  PROXY_REQUEST_SECONDS: '30',
  PROXY_CHILDREN: '4',
  PROXY_WORKERS: '6',
};

function assertError(error, [, code]) {
  assert.equal(error.code, code, error.message);
  assert.ok(error.message.length > 0);
  assert.ok(!error.message.includes('fake:'), 'the message repeats the prompt');
}

/*
 * A row: what is asked (text, system, turns and so on) and what must come of it, either
 *   says: the text or a pattern of it, finish: its reason, or
 *   fails: [status, code], after the text `said` if that is set.
 */
function assertRow(row, way, got) {
  if (row.says !== undefined) {
    assert.equal(got.end, 'done', got.error?.message);
    assert.equal(got.status, 200);
    if (row.says instanceof RegExp) assert.match(got.text, row.says);
    else assert.equal(got.text, row.says);
    if (row.finish) assert.equal(got.finish, row.finish[way.api]);
    return;
  }
  assert.equal(got.end, 'error', `answered ${JSON.stringify(got.text)}`);
  assertError(got.error, row.fails);
  if (row.said !== undefined && way.stream) {
    assert.equal(got.status, 200);
    assert.ok(got.streamed);
    assert.equal(got.text, row.said);
  } else {
    assert.equal(got.status, row.fails[0]);
    assert.ok(!got.streamed, 'an error before the first event is a JSON answer');
  }
}

/**
 * A row with `late` fails by the deadline that it names: not before it, and at most a little after
 * it. A `prompt` one keeps nobody waiting, though its child takes as long to be ended.
 */
function assertTime(row, got) {
  if (row.prompt) assert.ok(got.ms < SLOW_END_MS, `took ${got.ms} ms`);
  if (!row.late) return;
  assert.ok(got.error.message.includes(row.late), got.error.message);
  assert.ok(got.ms > DEADLINE * 1000 - 100, `gave up after ${got.ms} ms`);
  assert.ok(got.ms < DEADLINE * 1000 + 2500, `took ${got.ms} ms`);
}

async function endKept(stack) {
  await untilChildren(stack, {leased: 0});
  if (stack.children().length > 0) process.kill(stack.pid, 'SIGHUP');
  await until(() => stack.children().length === 0, 5000, 'every child has ended');
}

/** Asks in each of the ways, with `first` in the turn before that. */
async function askAll(stack, row) {
  if (!row.first) return Promise.all(WAYS.map(way => ask(stack, {...way, ...row})));
  const talks = WAYS.map(way => conversation(stack, way));
  for (const talk of talks) assert.equal((await talk.say(row.first)).status, 200);
  await untilChildren(stack, {parked: WAYS.length});
  const {result, grown} = await leases(stack, () =>
    Promise.all(talks.map(talk => talk.say(row.text))));
  assert.deepEqual(grown, [WAYS.length, 0, row.anew ? WAYS.length : 0]);
  return result;
}

/**
 * A row with `first` strikes when the child goes on with a conversation that began with that; with
 * `anew`, another one is then told all of it.
 */
export function matrix(rows, env = {}) {
  let stack;
  before(async () => {
    stack = await startStack({claude: process.env.FAKE_CLAUDE, env: {...ENV, ...env}});
  });
  after(() => stack?.stop());
  for (const row of rows)
    test(row.name ?? row.text, {timeout: 30_000}, async () => {
      const got = await askAll(stack, row);
      WAYS.forEach((way, i) => {
        try {
          assertRow(row, way, got[i]);
          assertTime(row, got[i]);
          row.also?.(got[i], way);
        } catch (err) {
          assert.fail(`${way.name}: ${err.message}`);
        }
      });
      if (env.PROXY_PARKED) await endKept(stack);
      await until(() => stack.children().length === 0, 5000, 'every child has ended');
      await until(() => below(stack.pid).every(p => p.state !== 'Z'), 2000, 'it was reaped');
      await assertAnswers(stack);
    });
  return () => stack;
}
