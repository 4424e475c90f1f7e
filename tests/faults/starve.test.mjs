// Each allocation of the gateway's own fails once: a worker ends by that, and nothing else does.
//
// A request makes hundreds, so a run takes some, beginning at another one each time.
// FAULTS_STEP=1 takes all: FAULTS_STEP=1 scripts/test --suite faults --timeout-multiplier 10
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import path from 'node:path';
import {after, before, describe, test} from 'node:test';
import {end, until} from '../lib/proc.mjs';
import {checkDir, gatewayEnv, makeDir, setting} from '../lib/stack.mjs';
import {assertAnswers} from '../system/ask.mjs';
import {deep} from '../system/keep.mjs';
import {broken, done, either, failed, logOf, outcome, watch} from './outcome.mjs';
import {
  KEEPER, SERVING, STARTING, WORKER_STARTING, makePage, startShimmed,
} from './shim.mjs';

const STEP = Number(process.env.FAULTS_STEP ?? 23);
const OFFSET = Math.floor(Math.random() * STEP);
const LIMIT = {timeout: 1_800_000};
const ENV = {PROXY_CHILDREN: '2', PROXY_WORKERS: '16'};

/** The nth of so many that this run takes; few are taken all. */
const some = count => Array.from({length: count}, (_, i) => i + 1)
  .filter(nth => count < 50 || nth % STEP === OFFSET % STEP);

const TOOLS = Array.from({length: 3}, (_, i) => ({
  name: `look_${i}`, description: 'Looks.',
  parameters: {type: 'object', properties: {where: {type: 'string', enum: ['here', 'there']}}},
}));
const CALLS = [{id: 'call_a', name: 'look_0', arguments: '{"where":"here"}'}];
const TURNS = [
  ['user', 'what?'], ['assistant', 'that'], ['user', 'and then?'], ['assistant', 'so'],
];
const COUNT = 'fake:count 12 0';
const NUMBERS = '1 2 3 4 5 6 7 8 9 10 11 12';

/* [what it is, what is asked, what comes of it] */
const REQUESTS = [
  ['a chat, streamed', {stream: true, turns: TURNS, text: COUNT}, done(NUMBERS)],
  ['a response with tools', {
    api: 'responses', stream: true, turns: TURNS, tools: TOOLS, system: 'Be brief.',
    text: 'fake:calls 2',
  }, done('')],
  ['a chat with the results of tools', {
    tools: TOOLS, text: 'fake:think abc', results: [CALLS, [0]], more: {max_tokens: 100},
  }, got => assert.equal(got.end, 'done', got.error?.message)],
  ['an answer that fits a schema', {
    text: 'fake:schema', schema: {type: 'object', properties: {n: {type: 'number'}}},
  }, got => assert.equal(got.end, 'done', got.error?.message)],
  ['a model that there is not', {model: 'none', text: 'hello'},
    got => assert.equal(got.status, 404)],
  ['a request that makes no sense', {text: 'hello', more: {temperature: 'hot', stop: [1]}},
    got => assert.equal(got.status, 400)],
];

describe('a worker', () => {
  let page, stack, settled;
  before(async () => {
    page = makePage();
    stack = await startShimmed(page, ENV);
    await deep(stack);
    settled = await watch(stack);
  });
  after(async () => {
    await stack?.stop();
    page.close();
  });

  /** What the nth failure of one ends, and all that may be seen of it. */
  async function starve(nth, query) {
    const from = logOf(stack).length;
    const log = () => logOf(stack).slice(from);
    page.arm(SERVING, nth);
    const got = await outcome(stack, query);
    page.disarm();
    if (!page.failed()) return got;
    either(broken, failed('overloaded'), () => assert.equal(got.end, 'done'))(got);
    await until(() => /worker \d+ (was )?ended/.test(log()), 5000, 'the worker ends');
    assert.match(log(), /^claude-code-proxy: out of memory$/m);
    assert.match(log(), /worker \d+ ended with status 70"?$/m);
    await settled();
    await assertAnswers(stack);
    return null;
  }

  for (const [name, query, expected] of REQUESTS)
    test(name, LIMIT, async t => {
      page.arm(SERVING);
      expected(await outcome(stack, query));
      page.disarm();
      const count = page.count();
      const nths = some(count);
      for (const nth of nths) {
        const got = await starve(nth, query).catch(err => {
          err.message = `allocation ${nth} of ${count}: ${err.message}`;
          throw err;
        });
        /* What arrives in fewer pieces takes fewer: the last may be one of those. */
        if (got) expected(got);
        if (got) assert.ok(nth > count * 0.8, `allocation ${nth} of ${count} did not fail`);
      }
      t.diagnostic(`${nths.length} of ${count} allocations failed, the first was ${nths[0]}`);
    });

  test('its start', LIMIT, async t => {
    /** Another worker takes the place of a killed one; its end, when the nth failure was one. */
    async function restart(nth) {
      const from = logOf(stack).length;
      const log = () => logOf(stack).slice(from);
      page.arm(WORKER_STARTING, nth);
      process.kill(stack.workers()[0], 'SIGKILL');
      await until(() => log().includes('by signal 9') && (!nth || page.failed()), 5000,
        'another starts');
      await settled();
      await assertAnswers(stack);
      page.disarm();
      return log().match(/worker \d+ (?:was )?ended (?!by signal 9)(.*?)"?$/m)?.[1];
    }
    const begun = logOf(stack).length;
    await restart(0);
    const count = page.count();
    assert.ok(count > 0, 'a worker allocates nothing');
    const ends = [];
    for (let nth = 1; nth <= count; nth++) ends.push(await restart(nth));
    t.diagnostic(`${count} allocations failed: ${ends}`);
    for (const how of ends) assert.ok([undefined, 'with status 70'].includes(how), how);
    await until(() => logOf(stack).slice(begun).includes('with status 70'), 5000, 'one ended');
  });
});

/** Nothing of the keeper's needs memory when it has started; the C library's does for a moment. */
test('the keeper at work', LIMIT, async t => {
  const page = makePage();
  const stack = await startShimmed(page, {...ENV, PROXY_WORKERS: '4'});
  try {
    await deep(stack);
    const settled = await watch(stack);
    const query = {stream: true, text: COUNT};
    let nth = 0, failures = 0;
    do {
      page.arm(KEEPER, ++nth);
      done(NUMBERS)(await outcome(stack, query));
      await settled();
      page.disarm();
      failures += page.failed();
    } while (page.failed() && nth < 24); /* two for each process of the machine */
    assert.ok(failures > 0, 'the keeper allocates nothing');
    assert.doesNotMatch(logOf(stack), /out of memory/);
    t.diagnostic(`${failures} allocations failed`);
  } finally {
    await stack.stop();
    page.close();
  }
});

test('the start', LIMIT, async t => {
  const page = makePage();
  const dir = makeDir();
  /** How it ended, or null when it serves; then it is ended. */
  async function start(nth) {
    page.arm(STARTING, nth);
    const child = spawn('spawn-fcgi', ['-n', '-s', path.join(dir, `socket${nth}`), '--',
      setting('PROXY_BIN')], {
      env: {...gatewayEnv(dir, 'sk-memory', {CLAUDE_BIN: setting('FAKE_CLAUDE')}), ...page.env},
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    child.stderr.setEncoding('utf8').on('data', data => text += data);
    await until(() => child.exitCode !== null || /msg=.* workers, up to /.test(text), 20_000,
      'it serves or ends');
    page.disarm();
    if (child.exitCode === null) {
      assert.deepEqual(await end(child, 'SIGTERM', 15_000), [0, null], text);
      return null;
    }
    return {code: child.exitCode, text};
  }
  try {
    assert.equal(await start(0), null);
    const count = page.count();
    let served = 0;
    for (let nth = 1; nth <= count; nth++) {
      const got = await start(nth);
      assert.ok(page.failed(), `there is no allocation ${nth}`);
      if (got?.code === 70) assert.match(got.text, /^claude-code-proxy: out of memory$/m);
      else if (got) assert.match(got.text, /^claude-code-proxy: .+$/m);
      if (got) assert.ok([1, 70].includes(got.code), `${got.code}: ${got.text}`);
      served += !got;
    }
    t.diagnostic(`${count} allocations failed, ${served} of them did not matter`);
  } finally {
    await checkDir(dir);
    page.close();
  }
});
