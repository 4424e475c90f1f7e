// Children that stay with their conversation between two requests.
import assert from 'node:assert/strict';
import {after, afterEach, before, describe, test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {startStack} from '../lib/stack.mjs';
import {PART, WAYS, ask, assertAnswers, get, open} from './ask.mjs';
import {conversation, deep, leases, untilChildren} from './keep.mjs';
import {workersOf, written} from './watch.mjs';

const LIMIT = {timeout: 30_000};
const ENV = {PROXY_PARKED: '4', PROXY_CHILDREN: '6', PROXY_WORKERS: '12'};
let stack;

const pids = () => stack.children().map(p => p.pid);

describe('conversations', () => {
  before(async () => {
    stack = await startStack({claude: process.env.FAKE_CLAUDE, env: ENV});
    await deep(stack);
  });
  after(() => stack.stop());
  /* Each test leaves children parked: they are not the next one's. */
  afterEach(async () => {
    await untilChildren(stack, {leased: 0});
    process.kill(stack.pid, 'SIGHUP');
    await untilChildren(stack, {parked: 0, leased: 0, stopping: 0});
  });

  for (const way of WAYS)
    test(`${way.name}: goes on with its child, which hears what is new alone`, LIMIT, async () => {
      const talk = conversation(stack, way);
      const pid = await talk.pid();
      const {result, grown} = await leases(stack, async () => {
        assert.equal(await talk.pid(), pid);
        return talk.say('fake:heard');
      });
      assert.deepEqual(grown, [2, 0, 0]);
      const heard = JSON.parse(result.text);
      assert.deepEqual(heard.map(line => line.request?.subtype ?? line.type), [
        'initialize', 'set_max_thinking_tokens', 'user', 'user', 'user']);
    });

  test('settings are told again when they change', LIMIT, async () => {
    const talk = conversation(stack);
    await talk.say('hello');
    await talk.say('hello', {more: {max_tokens: 5}});
    await talk.say('hello', {more: {max_tokens: 5}});
    const {text} = await talk.say('fake:heard');
    const limits = JSON.parse(text).filter(line => line.request?.settings)
      .map(line => line.request.settings.env.CLAUDE_CODE_MAX_OUTPUT_TOKENS);
    assert.deepEqual(limits, ['5', '']);
  });

  test('the next turn waits for a child that has not quite ended the last', LIMIT, async () => {
    const talk = conversation(stack);
    await talk.say('hello');
    const [pid] = pids();
    const {grown} = await leases(stack, async () => {
      const got = await talk.say('once:pause done result');
      assert.equal(got.text, PART);
      const next = talk.pid();
      await until(async () => (await deep(stack)).queue === 1, 5000, 'it waits');
      process.kill(pid, 'SIGUSR1');
      assert.equal(await next, pid);
    });
    assert.deepEqual(grown, [2, 0, 0]);
  });

  test('but not for ever', LIMIT, async () => {
    const talk = conversation(stack);
    await talk.say('once:pause done result');
    const [pid] = pids();
    const {result, grown} = await leases(stack, () => talk.pid());
    assert.notEqual(result, pid);
    assert.deepEqual(grown, [0, 0, 1]);
  });

  for (const [what, text] of Object.entries({
    'a line after the result': 'once:results',
    'a second result': 'once:results twice',
    'an error after the text': 'once:pause done error',
    'an answer cut short': 'once:stop max_tokens',
    'a refusal': 'once:stop refusal',
  }))
    test(`not after ${what}`, LIMIT, async () => {
      const talk = conversation(stack);
      await talk.say(text);
      const [pid] = pids();
      if (text.includes('pause')) process.kill(pid, 'SIGUSR1');
      assert.notEqual(await talk.pid(), pid);
      await until(() => !pids().includes(pid), 5000, 'it was ended');
      await untilChildren(stack, {parked: 1});
    });

  test('not when it said something while it was parked', LIMIT, async () => {
    const talk = conversation(stack);
    await talk.say('once:pause after told');
    await untilChildren(stack, {parked: 1, leased: 0});
    const [pid] = pids();
    const before = written(pid);
    process.kill(pid, 'SIGUSR1');
    await until(() => written(pid) > before, 5000, 'it has said it');
    const got = await talk.say('hello again');
    assert.equal(got.status, 200);
    assert.match(got.text, /You wrote: hello again$/);
    await until(() => !pids().includes(pid), 5000, 'it was ended');
  });

  test('a child that ends when it is spoken to costs nothing', LIMIT, async () => {
    for (const way of WAYS) {
      const talk = conversation(stack, way);
      assert.equal((await talk.say('once:leave')).text, 'The last words.');
      await untilChildren(stack, {leased: 0});
      const {result, grown} = await leases(stack, () => talk.say('hello again'));
      assert.match(result.text, /You wrote: hello again$/);
      assert.deepEqual(grown, [1, 0, 1], 'it was tried, and another one was told all');
    }
  });

  test('a child that ends with its answer costs no worker', LIMIT, async () => {
    const workers = () => workersOf(stack.pid);
    await untilChildren(stack, {parked: 0, leased: 0, stopping: 0});
    const before = workers();
    for (let i = 0; i < 10; i++)
      for (const way of WAYS)
        for (const text of ['once:exit done 0', 'once:exit after 0', 'once:exit after 3'])
          assert.equal((await ask(stack, {...way, text})).text, PART);
    await untilChildren(stack, {parked: 0, leased: 0, stopping: 0});
    assert.deepEqual(workers(), before);
  });

  test('a child that is killed while it is parked', LIMIT, async () => {
    const talk = conversation(stack);
    const pid = await talk.pid();
    await untilChildren(stack, {parked: 1});
    process.kill(pid, 'SIGKILL');
    await untilChildren(stack, {parked: 0});
    assert.notEqual(await talk.pid(), pid);
  });

  test('a child that is at work when SIGHUP comes is not parked', LIMIT, async () => {
    const talk = conversation(stack);
    const pid = await talk.pid();
    await conversation(stack).say('hello');
    await talk.say('once:pause done result');
    await untilChildren(stack, {parked: 1, leased: 1});
    process.kill(stack.pid, 'SIGHUP');
    await untilChildren(stack, {parked: 0});
    process.kill(pid, 'SIGUSR1');
    assert.notEqual(await talk.pid(), pid);
  });

  test('a branch gets its own', LIMIT, async () => {
    const talk = conversation(stack);
    const pid = await talk.pid();
    const other = conversation(stack);
    other.turns.push(...talk.turns);
    assert.equal(await talk.pid(), pid);
    assert.notEqual(await other.pid(), pid);
    assert.equal(await talk.pid(), pid);
  });

  for (const way of WAYS)
    test(`${way.name}: results of calls go on with the turn`, LIMIT, async () => {
      const tools = [{name: 'look'}];
      const first = await ask(stack, {...way, text: 'fake:calls 3', tools});
      assert.equal(first.calls.length, 3);
      await untilChildren(stack, {parked: 1, leased: 0});
      const {result, grown} = await leases(stack, () =>
        ask(stack, {...way, text: 'fake:calls 3', tools, results: [first.calls, [2, 0, 1]]}));
      assert.equal(result.text, 'Results: result 2, result 0, result 1');
      assert.deepEqual(grown, [1, 0, 0]);
    });
});

describe('limits', () => {
  afterEach(() => stack.stop());

  async function start(env) {
    stack = await startStack({claude: process.env.FAKE_CLAUDE, env: {...ENV, ...env}});
    await deep(stack);
  }

  test('the one that was used last the longest ago goes first', LIMIT, async () => {
    await start({PROXY_PARKED: '2'});
    const talks = [1, 2, 3].map(() => conversation(stack));
    const first = await talks[0].pid();
    const second = await talks[1].pid();
    assert.equal(await talks[0].pid(), first);
    await talks[2].pid();
    await until(() => !pids().includes(second), 5000, 'the second has ended');
    assert.equal(await talks[0].pid(), first);
    assert.notEqual(await talks[1].pid(), second);
  });

  test('an idle one ends', LIMIT, async () => {
    await start({PROXY_PARK_SECONDS: '1'});
    const talk = conversation(stack);
    const pid = await talk.pid();
    await until(() => !pids().includes(pid), 5000, 'it has ended');
    assert.notEqual(await talk.pid(), pid);
  });

  test('one that waits for results ends too', LIMIT, async () => {
    await start({PROXY_PARK_SECONDS: '1'});
    await ask(stack, {text: 'fake:calls 1', tools: [{name: 'look'}]});
    await until(() => pids().length === 0, 5000, 'it has ended');
    await assertAnswers(stack);
  });

  /* A request that is refused for its time in the queue is the clock. */
  test('one that dies after a long silence is replaced as well', LIMIT, async () => {
    await start({PROXY_CHILDREN: '1', PROXY_QUEUE_SECONDS: '1'});
    const talk = conversation(stack);
    const pid = await talk.pid();
    await untilChildren(stack, {parked: 1});
    const next = talk.say('kept:hang before');
    await untilChildren(stack, {leased: 1});
    assert.equal((await ask(stack, {text: 'hello'})).status, 429);
    process.kill(pid, 'SIGKILL');
    const got = await next;
    assert.equal(got.status, 200, got.error?.message);
  });

  test('a request takes the slot of one', LIMIT, async () => {
    await start({PROXY_CHILDREN: '2', PROXY_SPARES: '0'});
    const talks = [1, 2, 3].map(() => conversation(stack));
    const first = await talks[0].pid();
    const second = await talks[1].pid();
    await untilChildren(stack, {parked: 2});
    const {grown} = await leases(stack, () => talks[2].pid());
    assert.deepEqual(grown, [0, 0, 1]);
    assert.ok(!pids().includes(first));
    assert.equal(await talks[1].pid(), second);
  });

  test('none is kept where none may be', LIMIT, async () => {
    await start({PROXY_PARKED: '0'});
    await conversation(stack).pid();
    await until(() => pids().length === 0, 5000, 'it has ended');
  });

  test('requests are served in the order in which they came', LIMIT, async () => {
    await start({PROXY_CHILDREN: '1', PROXY_WORKERS: '10'});
    const first = await open(stack, {text: 'fake:hang mid'});
    await first.until(PART);
    const order = [];
    const waiting = [];
    for (let i = 0; i < 5; i++) {
      waiting.push(conversation(stack).say(`number ${i}`).then(got => {
        assert.equal(got.status, 200);
        order.push(i);
      }));
      await until(async () => (await deep(stack)).queue === i + 1, 5000, 'it waits');
    }
    first.leave();
    await Promise.all(waiting);
    assert.deepEqual(order, [0, 1, 2, 3, 4]);
  });

  test('the deep health wants the key, the other does not', LIMIT, async () => {
    await start({});
    const bare = query => fetch(`${stack.url}/health${query}`);
    assert.equal((await bare('')).status, 200);
    assert.equal((await bare('?deep=0')).status, 200);
    assert.equal((await bare('?deep=1')).status, 401);
    assert.equal((await bare('?a=b&deep=1')).status, 401);
    const res = await get(stack, '/v1/health?a&deep=1');
    assert.deepEqual(await res.json(), {
      status: 'not logged in',
      claude: {version: '2.1.330', logged_in: false, login: null},
      children: {limit: 6, spare: 0, leased: 0, parked: 0, stopping: 0},
      queue: 0,
      leases: {continued: 0, spare: 0, cold: 1},
    });
  });
});
