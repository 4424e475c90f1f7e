// Children that are not kept, or not any more: the next request is answered all the same.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {leaseOf, talkers, turnsIn, turnsToldBy} from '../lib/kept.mjs';
import {until} from '../lib/proc.mjs';
import {GONE_MS, LIMIT, SETTLED_MS, post, startReal} from '../lib/real.mjs';
import {calls, gate, refuses, says, stops, toolId, turnsOf} from '../lib/upstream.mjs';

const kept = await startReal({keeps: true, env: {CLAUDE_CODE_MAX_RETRIES: '0'}});
const short = await startReal({keeps: true, env: {PROXY_PARK_SECONDS: '1'}});
const {stack, upstream, client} = kept;
const {user, told, ask} = talkers(kept).chat;
const pids = () => stack.children().map(({pid}) => pid);
const TOOLS = [{type: 'function', function: {name: 'look'}}];

/** A conversation whose child is kept. */
async function begin(settings) {
  upstream.script(says('First.'));
  const list = [user('One')];
  const {said} = await ask(list, settings);
  assert.equal(pids().length, 1);
  return [...list, ...said, user('Two')];
}

/** Another child is told all of it. */
async function assertAnew(list, settings) {
  const asked = upstream.script(says('Anew.'));
  const {text, lease, said} = await ask(list, settings);
  assert.deepEqual([text, lease], ['Anew.', 'cold']);
  assert.deepEqual(turnsIn((await asked).body), turnsToldBy(list));
  upstream.script(says('On.'));
  assert.equal((await ask([...list, ...said, user('Next')], settings)).lease, 'continued');
}

/** What a turn can come to: the script, and what the client gets of it. */
const TROUBLES = {
  'cut by its length': [stops('max_tokens', 'Half an'), {text: 'Half an'}],
  'refused': [stops('refusal', 'I would rather'), {}],
  'without a word': [stops('end_turn'), {text: ''}],
  'failed at once': [refuses(429, 'rate_limit_error', 'slow down'), {status: 429}],
  'failed in the middle': [turn => {
    turn.begin();
    turn.text('Half an');
    turn.fail('overloaded_error', 'Overloaded');
  }, {status: 503}],
  'broken off': [turn => {
    turn.begin();
    turn.text('Half an');
    turn.cut();
  }, {status: 502}],
  'with a call that is none': [calls(['look', '{"a":', toolId(1)]), {}],
};

for (const [what, [play, {status = 200, text}]] of Object.entries(TROUBLES)) {
  for (const stream of [false, true]) {
    test(`a turn ${what}${stream ? ', streamed' : ''}`, LIMIT, async () => {
      const list = await begin({tools: TOOLS});
      /* Before it is ended the CLI may still ask by itself: each time it gets the same. */
      upstream.otherwise = play;
      const {status: got, text: answer, headers} = await post(stack, '/v1/chat/completions',
        JSON.stringify({model: 'opus', messages: list, tools: TOOLS, stream}));
      upstream.otherwise = null;
      if (!stream) assert.equal(got, status, answer);
      if (!stream && text !== undefined) assert.equal(JSON.parse(answer).choices[0].message.content, text);
      assert.equal(await leaseOf(stack, headers.get('x-request-id')), 'continued');
      await until(() => pids().length === 0, GONE_MS, 'the child has ended');
      await assertAnew(list, {tools: TOOLS});
    });
  }
}

async function endless(turn) {
  turn.begin();
  turn.text('one');
  await turn.hang();
}

for (const stream of [true, false]) {
  test(`a client that goes away, ${stream ? 'streamed' : 'not streamed'}`, LIMIT, async () => {
    const list = await begin();
    const asked = upstream.script(endless);
    const abort = new AbortController();
    const answer = client.chat.completions.create({model: 'opus', messages: list, stream},
      {signal: abort.signal});
    const record = await asked;
    if (stream) {
      for await (const {choices: [{delta}]} of await answer) if (delta.content) abort.abort();
    } else {
      abort.abort();
      await assert.rejects(answer, /abort/i);
    }
    await until(() => record.state === 'early', GONE_MS, 'the upstream connection is closed');
    await until(() => pids().length === 0, GONE_MS, 'the child has ended');
    await assertAnew(list);
  });
}

test('a client that goes away while its results are read', LIMIT, async () => {
  const list = [user('Where?')];
  upstream.script(calls(['look', '{}', toolId(1)]));
  const first = await ask(list, {tools: TOOLS});
  list.push(...first.said, told(first.calls[0], '20 °C'));
  const asked = upstream.script(endless);
  const abort = new AbortController();
  for await (const {choices: [{delta}]} of await client.chat.completions.create(
    {model: 'opus', messages: list, tools: TOOLS, stream: true}, {signal: abort.signal}))
    if (delta.content) abort.abort();
  const record = await asked;
  await until(() => record.state === 'early', GONE_MS, 'the upstream connection is closed');
  await until(() => pids().length === 0, GONE_MS, 'the child has ended');
  await assertAnew(list, {tools: TOOLS});
});

for (const signal of ['SIGKILL', 'SIGTERM']) {
  test(`a kept child that got ${signal}`, LIMIT, async () => {
    const list = await begin();
    const [child] = pids();
    process.kill(child, signal);
    /* Until it has ended it may take the turn, and another one would have to ask again. */
    await until(() => !pids().includes(child), SETTLED_MS, 'it has ended');
    await assertAnew(list);
  });
}

test('a child that is killed in its second turn', LIMIT, async () => {
  const list = await begin();
  const door = gate();
  upstream.script(turn => turn.pass(door));
  const answer = post(stack, '/v1/chat/completions',
    JSON.stringify({model: 'opus', messages: list}));
  await until(() => upstream.requests.at(-1).state === 'open' &&
    turnsOf(upstream.requests.at(-1).body).length === 3, 10_000, 'it asks');
  /* A child that was kept and said nothing yet is as good as none: another one answers. */
  upstream.script(says('Another one.'));
  process.kill(pids()[0], 'SIGKILL');
  const {status, text} = await answer;
  door.open();
  assert.equal(status, 200, text);
  assert.equal(JSON.parse(text).choices[0].message.content, 'Another one.');
  await assertAnew(list);
});

test('what is kept for a while alone', LIMIT, async () => {
  const api = talkers(short).chat;
  const gone = () => until(() => short.stack.children().length === 0, 4000, 'its time is over');
  const list = [api.user('One')];
  short.upstream.script(says('First.'), calls(['look', '{}', toolId(1)]), says('Third.'));
  const settings = {tools: TOOLS};
  list.push(...(await api.ask(list, settings)).said, api.user('Two'));
  assert.equal(short.stack.children().length, 1);
  await gone();
  const second = await api.ask(list, settings);
  assert.equal(second.lease, 'cold');
  list.push(...second.said, api.told(second.calls[0], '20 °C'));
  assert.equal(short.stack.children().length, 1);
  await gone();
  const third = await api.ask(list, settings);
  assert.deepEqual([third.text, third.lease], ['Third.', 'cold']);
  assert.deepEqual(turnsIn(short.upstream.requests.at(-1).body), turnsToldBy(list));
});

test('only so many are kept: the oldest goes', LIMIT, async () => {
  const lists = [];
  for (let i = 0; i < 5; i++) {
    upstream.script(says('Well.'));
    const list = [user(`Talk ${i}`)];
    lists.push([...list, ...(await ask(list)).said, user('On')]);
  }
  await until(() => pids().length === 4, GONE_MS, 'one has ended');
  for (const [i, list] of lists.toReversed().entries()) {
    upstream.script(says('Well.'));
    assert.equal((await ask(list)).lease, i < 4 ? 'continued' : 'cold');
  }
});
