// Each system call of a request fails in turn: what the client gets, and what is left.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {setting, startStack} from '../lib/stack.mjs';
import {ask, assertAnswers, requestLine} from '../system/ask.mjs';
import {deep, untilChildren} from '../system/keep.mjs';
import {broken, done, either, failed, logOf, outcome, watch} from './outcome.mjs';
import {TRACEABLE, attach, inject} from './strace.mjs';

/* More calls than any request makes: a sweep that gets so far has no end. */
const MOST = 60;
const LIMIT = {timeout: 120_000};
const ENV = {
  PROXY_CHILDREN: '2', PROXY_WORKERS: '4', PROXY_START_SECONDS: '4', PROXY_IDLE_SECONDS: '4',
  PROXY_QUEUE_SECONDS: '4', PROXY_REQUEST_SECONDS: '15',
};
const start = env => startStack({
  claude: setting('FAKE_CLAUDE'), within: TRACEABLE, env: {...ENV, ...env},
});

/* Slow enough for the words to be read and written one by one. */
const STREAM = {stream: true, text: 'fake:count 8 60'};
const WHOLE = {api: 'responses', text: 'fake:count 8 60'};
const QUICK = {text: 'fake:count 8 0'};
const ANSWER = '1 2 3 4 5 6 7 8';

/* Only root's strace sees what a descriptor is; in a worker all have their numbers. */
const isOf = line => ({
  web: /(read|write)\(4\b/.test(line),
  stderr: /, 512\)/.test(line),
  log: /write\(2\b/.test(line),
  head: /poll\(.*, 1, 2000\)/.test(line),
  /* libfcgi's records that end an answer, when all of it is out. */
  end: /, 24\)/.test(line),
});

const always = check => () => check;
const whole = always(done(ANSWER));
const refused = always(failed('internal_error'));

/*
 * libfcgi drops a connection whose request it cannot read, and nginx answers. It also reads from
 * one that it closes, whose answer is out.
 */
const dropped = failed('overloaded');
const polled = line => isOf(line).head ? either(dropped, done(ANSWER)) : done(ANSWER);
const readOr = check => line => isOf(line).web ? either(dropped, done(ANSWER))
  : isOf(line).stderr ? done(ANSWER) : check;
const writtenOr = check => line => {
  const {web, log, end} = isOf(line);
  if (log || end) return done(ANSWER);
  return web ? either(broken, dropped) : check;
};

/* A call that the keeper and the worker each make when the request begins, and when it ends. */
const atFirst = check => (line, nth) => nth === 1 ? check : done(ANSWER);

/*
 * [whose calls, which, the error, what is then asserted of the answer], and `query`; `most`, where
 * the CLI goes on with calls of its own in the same process; the `last`, of which there is one for
 * each process of the machine; what the log `says`.
 */
const TABLE = [
  ['worker', 'poll', 'EINTR', polled],
  ['worker', 'poll', 'ENOMEM', polled],
  ['worker', 'accept', 'EMFILE', whole],
  ['worker', 'accept', 'ECONNABORTED', whole],
  ['worker', 'read', 'EINTR', readOr(done(ANSWER))],
  ['worker', 'read', 'EIO', readOr(failed('upstream_error'))],
  ['worker', 'write', 'EINTR', writtenOr(done(ANSWER))],
  ['worker', 'write', 'EAGAIN', writtenOr(done(ANSWER))],
  ['worker', 'write', 'ENOSPC', writtenOr(failed('internal_error'))],
  /* A child that does not read says why on its stdout; this one has nothing to say. */
  ['worker', 'write', 'EPIPE', writtenOr(failed('timeout'))],
  ['worker', 'write', 'ENOSPC', writtenOr(failed('internal_error')), {query: WHOLE}],
  ['worker', 'sendmsg', 'ENOBUFS', atFirst(failed('internal_error'))],
  ['worker', 'recvmsg', 'EINTR', whole],
  ['worker', 'recvmsg', 'ENOMEM', atFirst(failed('internal_error'))],
  ['worker', 'setsockopt', 'ENOMEM', whole],
  ['worker', 'shutdown', 'ENOTCONN', whole],

  ['keeper', 'poll', 'EINTR', whole],
  ['keeper', 'poll', 'ENOMEM', whole],
  ['keeper', 'recvmsg', 'EINTR', whole],
  ['keeper', 'recvmsg', 'ENOMEM', atFirst(failed('internal_error'))],
  ['keeper', 'sendmsg', 'ENOBUFS', atFirst(failed('internal_error'))],
  ['keeper', 'pipe2', 'EMFILE', refused, {says: /cannot be started: Too many open files/}],
  ['keeper', 'fcntl', 'EMFILE', line => line.includes('F_DUPFD') ? refused() : done(ANSWER)],
  ['keeper', '/^clone|fork', 'EAGAIN', refused, {says: /cannot be started: Resource temp/}],
  ['keeper', 'read', 'EINTR', whole, {last: /, 1024\)/}],
  ['keeper', 'read', 'EIO', whole, {last: /, 1024\)/}],
  ['keeper', 'waitid', 'EINTR', whole],
  ['keeper', 'wait4', 'EINTR', whole],
  ['keeper', 'kill', 'EPERM', whole],
  ['keeper', 'setpgid', 'EACCES', whole],
  ['keeper', 'openat', 'EMFILE', whole, {last: /stat"/}],
  ['keeper', '/unlink', 'EROFS', whole],
  ['keeper', '/stat', 'EACCES', whole, {last: /AT_EMPTY_PATH/}],

  /* It cannot say so: there is nothing yet to say it through. */
  ['child', 'dup3', 'EMFILE', always(failed('upstream_error')), {most: 1}],
  ['child', '/^dup2$', 'EMFILE', refused, {most: 3, says: /cannot be started: Too many open/}],
  ['child', 'setpgid', 'EPERM', refused, {most: 1}],
  ['child', 'prctl', 'EINVAL', refused, {most: 1}],
  ['child', 'close_range', 'EINVAL', refused, {most: 1}],
  ['child', 'prlimit64', 'EPERM', refused, {most: 1}],
  ['child', 'chdir', 'ENOENT', refused, {most: 1, says: /cannot be started: No such file/}],
  ['child', 'execve', 'ENOENT', refused, {most: 1, says: /cannot be started: No such file/}],
  ['child', 'execve', 'ENOMEM', refused, {most: 1, says: /cannot be started: Cannot allocate/}],
];

describe('a request that takes a new child', () => {
  let stack, settled;
  before(async () => {
    stack = await start();
    await deep(stack); /* the models are learnt */
    settled = await watch(stack);
  });
  after(() => stack?.stop());

  /** Asks while the nth of the calls fails; gives the answer and the lines of those that did. */
  async function strike(place, calls, error, nth, query) {
    const pids = place === 'worker' ? stack.workers() : [stack.pid];
    const tracer = await attach(pids, calls, inject(calls, error, nth),
      {follow: place === 'child'});
    const got = await outcome(stack, query);
    await settled();
    return {got, lines: await tracer.end()};
  }

  function check(lines, nth, got, expected) {
    if (!lines.length) done(ANSWER)(got);
    /* Several workers may have woken for one request, which one of them served. */
    else either(...lines.map(line => expected(line, nth)))(got);
  }

  /** How many calls failed, each in a request of its own. */
  async function sweep([place, calls, error, expected, more = {}]) {
    const {query = STREAM, most = MOST, last, says} = more;
    for (let nth = 1; nth <= most; nth++) {
      const from = logOf(stack).length;
      const {got, lines} = await strike(place, calls, error, nth, query);
      try {
        check(lines, nth, got, expected);
        if (lines.length && says) assert.match(logOf(stack).slice(from), says);
        await assertAnswers(stack);
        await settled();
      } catch (err) {
        err.message = `call ${nth}: ${lines.join('\n')}\n${err.message}`;
        throw err;
      }
      if (!lines.length) return nth - 1;
      if (last?.test(lines[0])) return nth;
    }
    assert.notEqual(most, MOST, 'the sweep has no end');
    return most;
  }

  for (const [place, calls, error, expected, more] of TABLE) {
    const name = `${place} ${calls} ${error}${more?.query ? ', whole' : ''}`;
    test(name, LIMIT, async t => {
      const n = await sweep([place, calls, error, expected, more]);
      t.diagnostic(`${n} calls failed`);
      assert.ok(n > 0, 'there is no such call');
    });
  }
});

for (const error of ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM'])
  test(`no connection can be accepted: ${error}`, LIMIT, async () => {
    const stack = await start();
    const tracer = await attach(stack.workers(), 'accept', inject('accept', error));
    try {
      const answer = ask(stack, QUICK);
      const begun = performance.now();
      /* Each of four workers for the third time. */
      await until(() => tracer.lines().length >= 12, 10_000, 'they go on trying');
      assert.ok(performance.now() - begun >= 150, 'and do nothing else');
      await tracer.end();
      done(ANSWER)(await answer);
    } finally {
      await stack.stop();
    }
  });

const TOOLS = [{name: 'look'}];

/* The child that asked for the results goes on; or another is told all, and plays the turn anew. */
const kept = done('Results: result 0, result 1');
const anew = got => {
  done('')(got);
  assert.equal(got.calls.length, 2);
};

/* [which turn, whose calls, which, the error, what is asserted of the second turn, which nth call
 * fails the first] */
const KEPT = [
  [1, 'worker', 'memfd_create', 'EMFILE', anew],
  [1, 'worker', 'pwrite64', 'ENOSPC', anew],
  [1, 'worker', 'sendmsg', 'ENOBUFS', anew, 1],
  [1, 'keeper', 'recvmsg', 'ENOMEM', anew, 1],
  [2, 'worker', 'pread64', 'EIO', either(kept, anew)],
  [2, 'worker', 'recvmsg', 'EINTR', kept],
  [2, 'worker', 'read', 'EINTR', either(kept, dropped)],
];

describe('a conversation whose child is kept', () => {
  let stack, settled;
  before(async () => {
    stack = await start({PROXY_PARKED: '1'});
    await deep(stack);
    settled = await watch(stack);
  });
  after(() => stack?.stop());

  async function turn(query, fault) {
    const [place, calls, error, nth] = fault ?? [];
    const pids = place === 'worker' ? stack.workers() : [stack.pid];
    const tracer = fault && await attach(pids, calls, inject(calls, error, nth));
    const got = await outcome(stack, query);
    /* Parking comes after the answer, and the line of the log after that. */
    if (got.end === 'done') await requestLine(stack, got.headers.get('x-request-id'));
    return {got, lines: await tracer?.end() ?? []};
  }

  /** Both turns, the nth call of one of them failing; the lines of those that failed. */
  async function talk([which, place, calls, error, expected, fatal], nth) {
    const fault = [place, calls, error, nth];
    const query = {text: 'fake:calls 2', tools: TOOLS};
    const first = await turn(query, which === 1 ? fault : null);
    let {lines} = first;
    if (nth === fatal) {
      failed('internal_error')(first.got);
    } else {
      anew(first.got);
      const results = [first.got.calls, [0, 1]];
      const second = await turn({...query, results}, which === 2 ? fault : null);
      if (which === 2) lines = second.lines;
      (lines.length ? expected : kept)(second.got);
    }
    await untilChildren(stack, {leased: 0});
    process.kill(stack.pid, 'SIGHUP');
    await settled();
    return lines;
  }

  for (const row of KEPT)
    test(`turn ${row.slice(0, 4).join(' ')}`, LIMIT, async t => {
      let nth = 1;
      while ((await talk(row, nth)).length) assert.ok(nth++ < MOST, 'the sweep has no end');
      assert.ok(nth > 1, 'there is no such call');
      t.diagnostic(`${nth - 1} calls failed`);
    });
});
