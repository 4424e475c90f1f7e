// Conversations with the real CLI, four at a time. scripts/soak has half an hour of them.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {startReal} from '../lib/real.mjs';
import {growth, keepAsking} from '../lib/soak.mjs';
import {setting} from '../lib/stack.mjs';
import {says, turnsOf} from '../lib/upstream.mjs';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 0);
const CLIENTS = 4;
const LEAST = 8; /* conversations, however short the time */
const WARM = MINUTES > 0 ? 200 : LEAST; /* before: each worker has had some of each kind */

/* Without sanitizers, which keep what is freed. */
const {stack, upstream, client} = await startReal({
  keeps: true, spares: 1, bin: setting('PROXY_PLAIN_BIN'),
  env: {PROXY_CHILDREN: '5', PROXY_WORKERS: '8'},
});

/* The same question has the same answer; `slowly` has one that does not end. */
upstream.otherwise = async turn => {
  const [, asked] = turnsOf(turn.body).at(-1);
  if (asked !== 'slowly') return says('You', ' said ', asked)(turn);
  turn.begin();
  turn.text('one');
  await turn.hang();
};

async function chat(i) {
  const messages = [];
  for (const content of [`hello ${i}`, `and ${i}`]) {
    messages.push({role: 'user', content});
    const {choices: [{message}]} = await client.chat.completions.create({model: 'opus', messages});
    assert.equal(message.content, `You said ${content}`);
    messages.push({role: 'assistant', content: message.content});
  }
}

async function responses(i) {
  const input = [];
  for (const content of [`hello ${i}`, `and ${i}`]) {
    input.push({role: 'user', content});
    let text = '', last;
    for await (const event of await client.responses.create({model: 'opus', input, stream: true})) {
      if (event.type === 'response.output_text.delta') text += event.delta;
      last = event;
    }
    assert.equal(last.type, 'response.completed');
    assert.equal(text, `You said ${content}`);
    input.push({role: 'assistant', content: text});
  }
}

async function leave() {
  const stream = await client.chat.completions.create({
    model: 'opus', stream: true, messages: [{role: 'user', content: 'slowly'}],
  });
  for await (const {choices} of stream) if (choices[0]?.delta.content) break;
}

const KINDS = [chat, responses, leave];
const one = i => KINDS[i % KINDS.length](i);

const LIMIT = MINUTES > 0 ? 900_000 + MINUTES * 90_000 : 120_000;

test('they leave nothing', {timeout: LIMIT}, async t => {
  await keepAsking(CLIENTS, i => i < WARM, one);
  const end = performance.now() + MINUTES * 60_000;
  let count;
  const grown = await growth(stack, {leased: 0, parked: 0, stopping: 0, spare: 1}, async () => {
    count = await keepAsking(CLIENTS, i => i < LEAST || performance.now() < end, one);
  }, {memory: MINUTES > 0});
  t.diagnostic(`${count} conversations in ${MINUTES} minutes`);
  assert.deepEqual(grown, []);
});
