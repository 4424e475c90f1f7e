// Many conversations at once, each with words of its own: no child ever tells the model others'.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {secondKey, turnsIn, turnsToldBy} from '../lib/kept.mjs';
import {until} from '../lib/proc.mjs';
import {dice, seedOf} from '../lib/random.mjs';
import {clientOf, startReal} from '../lib/real.mjs';
import {toolId, toolName} from '../lib/upstream.mjs';

const REQUESTS = 300;
const AT_ONCE = 6;
/** For a child to boot among others on a machine that is busy. */
const PATIENCE_MS = 200_000;
const NONCE = /\b[uaers]x[0-9a-f]{12}\b/g;
const TOOLS = [{type: 'function', function: {
  name: 'look', parameters: {type: 'object', properties: {about: {type: 'string'}}},
}}];

const second = secondKey();
const {stack, upstream} = await startReal({keeps: true, spares: 1, env: {
  ...second.env, PROXY_CHILDREN: '9', PROXY_PARKED: '8',
  PROXY_START_SECONDS: '200', PROXY_QUEUE_SECONDS: '200',
}});
const clients = [stack.key, second.key].map(key =>
  clientOf(stack.baseURL, key).withOptions({timeout: PATIENCE_MS}));

/** The turns that a client sends back: its own child remembers what it thought, too. */
const sentIn = body => turnsIn(body).map(([role, blocks]) =>
  [role, blocks.filter(({type}) => type !== 'thinking')]);
const noncesIn = value => [...new Set(JSON.stringify(value).match(NONCE))].sort();
const lastNonce = value => JSON.stringify(value).match(NONCE).at(-1);
const user = content => ({role: 'user', content});

/**
 * The model: what it says begins with the last nonce that it was told, and has a new one. Told to
 * call it calls, with such words as arguments; told to go on it never ends.
 */
function model(d) {
  let made = 0;
  return async turn => {
    const told = turnsIn(turn.body).at(-1)[1];
    const say = () => `${lastNonce(told)} gives ax${(made++).toString(16).padStart(4, '0')}${
      d.hex(8)}`;
    const [, order, n] = /^(call|hang)? ?(\d?)/.exec(told.at(-1).text ?? '');
    turn.begin();
    if (d.maybe(0.3)) turn.thinking('hm');
    if (order !== 'call' || d.maybe(0.3)) turn.text(...say().match(/.{1,9}/g));
    if (order === 'hang') await turn.hang();
    if (order !== 'call') return turn.end();
    for (let i = 0; i < Number(n); i++) {
      turn.call(toolName('look'), toolId(made++), JSON.stringify({about: say()}));
    }
    turn.end('tool_use');
  };
}

/** What the clients asked: by its last nonce, which the record upstream has as well. */
const asked = new Map();
/** Of all requests: their ids, and whether the second key must not have got a kept child. */
const ids = [];
let strangers = 0, crashes = 0, failures = 0;

/** One request; the answer's message, or null when the client left or a child was killed. */
async function ask({key, list}, {stream, strange = false, leave = false} = {}) {
  const abort = new AbortController();
  const nonce = lastNonce(turnsToldBy(list));
  asked.set(nonce, structuredClone(list));
  const before = upstream.requests.length;
  const arrived = () => upstream.requests.slice(before).some(({body}) =>
    lastNonce(turnsIn(body)) === nonce);
  let over = false;
  try {
    const answer = clients[key].chat.completions.create(
      {model: 'opus', messages: list, tools: TOOLS, stream: leave || stream},
      {signal: abort.signal}).withResponse();
    if (leave)
      until(() => over || arrived(), PATIENCE_MS, 'it is asked').finally(() => abort.abort());
    const {data, request_id} = await answer;
    ids.push({id: request_id, strange});
    if (!leave && !stream) return checked(nonce, data.choices[0].message);
    const message = {role: 'assistant', content: '', tool_calls: []};
    for await (const {choices: [{delta}]} of data) {
      message.content += delta.content ?? '';
      for (const {index, ...call} of delta.tool_calls ?? []) {
        if (call.id) message.tool_calls[index] = call;
        else message.tool_calls[index].function.arguments += call.function.arguments;
      }
    }
    if (leave) return null;
    if (message.tool_calls.length === 0) delete message.tool_calls;
    return checked(nonce, message);
  } catch (err) {
    if (err.code === 'ERR_ASSERTION') throw err;
    if (!leave) {
      failures++;
      assert.ok(failures <= crashes, `an answer failed by itself: ${err.stack}`);
    }
    return null;
  } finally {
    over = true;
  }
}

/** An answer is to what was asked, and nothing in it is from elsewhere. */
function checked(nonce, message) {
  const texts = [message.content, ...(message.tool_calls ?? []).map(call =>
    JSON.parse(call.function.arguments).about)].filter(Boolean);
  assert.ok(texts.length > 0);
  for (const text of texts) assert.match(text, new RegExp(`^${nonce} gives ax[0-9a-f]{12}$`));
  return message;
}

/** What one of the clients does, one thing after the other. */
function player(d) {
  const nonce = kind => `${kind}x${d.hex(12)}`;
  const said = () => user(`${d.maybe(0.2) ? `call ${1 + d.below(3)} ` : ''}${nonce('u')}`);
  const stream = () => ({stream: d.maybe(0.5)});
  /** As long as calls wait for results nothing else makes sense. */
  const waits = ({list}) => list.at(-1).tool_calls?.length > 0;

  async function turn(talk, ...more) {
    const list = [...talk.list, ...more];
    const message = await ask({...talk, list}, stream());
    if (message) talk.list = [...list, message];
  }
  const results = talk => {
    const told = talk.list.at(-1).tool_calls.map(({id}) =>
      ({role: 'tool', tool_call_id: id, content: nonce('r')}));
    return d.maybe(0.3) ? told.reverse() : told;
  };
  const STEPS = {
    goOn: talk => turn(talk, said()),
    async branch(talk) {
      const ends = talk.list.flatMap(({role, tool_calls}, i) =>
        role === 'assistant' && !tool_calls ? [i + 1] : []);
      talk.list = talk.list.slice(0, ends.length > 0 ? d.one(ends) : 1);
      await (talk.list.length > 1 ? turn(talk, said()) : turn(talk));
    },
    async fork(talk) {
      const other = {...talk};
      await Promise.all([turn(talk, said()), turn(other, said())]);
      if (d.maybe(0.5)) talk.list = other.list;
    },
    async edit(talk) {
      const i = d.below(talk.list.length);
      const {content} = talk.list[i];
      if (typeof content !== 'string') return;
      talk.list = talk.list.with(i, {...talk.list[i], content: `${content} ${nonce('e')}`});
      await turn(talk, said());
    },
    leave: ({key, list}) =>
      ask({key, list: [...list, user(`hang ${nonce('u')}`)]}, {leave: true}),
    async stranger({key, list}) {
      strangers++;
      await ask({key: 1 - key, list: [...list, user(nonce('u'))]}, {...stream(), strange: true});
    },
    async crash(talk) {
      const children = stack.children();
      if (children.length > 0) {
        crashes++;
        process.kill(d.one(children).pid, 'SIGKILL');
      }
      await turn(talk, said());
    },
  };
  const ODD = Object.keys(STEPS).filter(name => name !== 'goOn');

  async function begin() {
    const talk = {key: d.below(2), list: []};
    const content = d.maybe(0.5) ? 'Be brief.' : nonce('s');
    if (d.maybe(0.3)) talk.list.push({role: 'system', content});
    await turn(talk, said());
    return talk;
  }

  return async isOver => {
    let talk = null;
    while (!isOver()) {
      if (talk === null || d.maybe(0.03)) talk = await begin();
      else if (waits(talk)) await turn(talk, ...results(talk));
      else await STEPS[d.maybe(0.2) ? d.one(ODD) : 'goOn'](talk);
      if (talk.list.at(-1)?.role !== 'assistant') talk = null;
    }
  };
}

test('no words of one conversation in another', {timeout: 600_000}, async t => {
  const seed = seedOf();
  t.diagnostic(`FUZZ_SEED=${seed}`);
  const diceOf = n => {
    const d = dice(seed + n);
    return {...d, hex: digits => Array.from({length: digits}, () =>
      d.below(16).toString(16)).join('')};
  };
  upstream.otherwise = model(diceOf(0));
  await Promise.all(Array.from({length: AT_ONCE}, (_, i) =>
    player(diceOf(i + 1))(() => ids.length >= REQUESTS)));

  for (const {body} of upstream.requests) {
    const list = asked.get(lastNonce(turnsIn(body)));
    assert.ok(list, `nobody asked this: ${JSON.stringify(body.messages)}`);
    assert.deepEqual(noncesIn(body), noncesIn(list));
    assert.deepEqual(sentIn(body), turnsToldBy(list));
  }
  const lease = new Map(Array.from(stack.log().matchAll(/request id=(\S+) .* lease=(\S+)/g),
    ([, id, kind]) => [id, kind]));
  const count = kind => ids.filter(({id}) => lease.get(id) === kind).length;
  t.diagnostic(['continued', 'spare', 'cold'].map(kind => `${count(kind)} ${kind}`).join(', '));
  t.diagnostic(`${strangers} strangers, ${crashes} crashes, ${failures} failures`);
  assert.ok(count('continued') >= ids.length / 3, 'too few went on with their child');
  assert.deepEqual(ids.filter(({id, strange}) => strange && lease.get(id) === 'continued'), []);
});
