// Responses from the official client to Anthropic's side and back.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, all, startReal} from '../lib/real.mjs';
import {OUTPUT_TOKENS, USAGE, gate, says, systemOf, turnsOf} from '../lib/upstream.mjs';

const {upstream, client} = await startReal();
const INPUT_TOKENS =
  USAGE.input_tokens + USAGE.cache_read_input_tokens + USAGE.cache_creation_input_tokens;

function ask(input, options = {}) {
  return {model: 'opus', input, ...options};
}

function assertUsage(usage) {
  assert.equal(usage.input_tokens, INPUT_TOKENS);
  assert.equal(usage.output_tokens, OUTPUT_TOKENS);
  assert.equal(usage.total_tokens, INPUT_TOKENS + OUTPUT_TOKENS);
  assert.equal(usage.input_tokens_details.cached_tokens, USAGE.cache_read_input_tokens);
  assert.equal(typeof usage.output_tokens_details.reasoning_tokens, 'number');
}

function assertMessage(item, text) {
  assert.equal(item.type, 'message');
  assert.equal(item.role, 'assistant');
  assert.equal(item.status, 'completed');
  assert.deepEqual(item.content, [{type: 'output_text', text, annotations: [], logprobs: []}]);
}

test('a whole answer', LIMIT, async () => {
  const asked = upstream.script(says('Hello', ' there'));
  const response = await client.responses.create(
    ask('Hi', {instructions: 'Be brief.', metadata: {a: 'b'}}));
  const {body} = await asked;
  assert.equal(response.object, 'response');
  assert.match(response.id, /^resp_[A-Za-z0-9]+$/);
  assert.equal(response.status, 'completed');
  assert.equal(response.error, null);
  assert.equal(response.incomplete_details, null);
  assert.equal(response.instructions, 'Be brief.');
  assert.deepEqual(response.metadata, {a: 'b'});
  assert.equal(response.model, body.model);
  assert.equal(response.output_text, 'Hello there');
  assert.equal(response.output.length, 1);
  assertMessage(response.output[0], 'Hello there');
  assertUsage(response.usage);
  assert.match(body.model, /^claude-opus-/);
  assert.deepEqual(turnsOf(body), [['user', 'Hi']]);
  assert.equal(systemOf(body), 'Be brief.');
});

test('a conversation arrives as real turns', LIMIT, async () => {
  upstream.script(says('Hello Ada.'));
  const first = await client.responses.create(ask('My name is Ada.'));
  const asked = upstream.script(says('Ada.'));
  await client.responses.create(ask([
    {type: 'message', role: 'system', content: 'Be brief.'},
    {role: 'user', content: 'My name is Ada.'},
    ...first.output,
    {role: 'developer', content: [{type: 'input_text', text: 'Answer in English.'}]},
    {type: 'reasoning', id: 'rs_1', summary: []},
    {role: 'user', content: [{type: 'input_text', text: 'What is my name?'}]},
  ], {instructions: 'You know names.'}));
  const {body} = await asked;
  assert.equal(systemOf(body), 'You know names.\n\nBe brief.\n\nAnswer in English.');
  assert.deepEqual(turnsOf(body), [
    ['user', 'My name is Ada.'],
    ['assistant', 'Hello Ada.'],
    ['user', 'What is my name?'],
  ]);
});

test('each delta goes through before the next one exists', LIMIT, async () => {
  const second = gate();
  upstream.script(async turn => {
    turn.begin();
    turn.text('one');
    await turn.pass(second);
    turn.text('two');
    turn.end();
  });
  const deltas = [];
  for await (const event of await client.responses.create(ask('Count', {stream: true}))) {
    if (event.type === 'response.output_text.delta') deltas.push(event.delta);
    if (deltas.length === 1) second.open();
  }
  assert.deepEqual(deltas, ['one', 'two']);
});

test('the events of a stream', LIMIT, async () => {
  upstream.script(says('Hello', ' there'));
  const events = await all(await client.responses.create(ask('Hi', {stream: true})));
  assert.deepEqual(events.map(event => event.type), [
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ]);
  assert.deepEqual(events.map(event => event.sequence_number), [...events.keys()]);
  const [created, , added] = events;
  const [textDone, partDone, itemDone, completed] = events.slice(-4);
  assert.deepEqual(created.response.output, []);
  assert.equal(created.response.status, 'in_progress');
  assert.equal(created.response.usage, null);
  assert.deepEqual(added.item.content, []);
  assert.equal(textDone.text, 'Hello there');
  assert.equal(partDone.part.text, 'Hello there');
  assertMessage(itemDone.item, 'Hello there');
  assert.deepEqual(completed.response.output, [itemDone.item]);
  assertUsage(completed.response.usage);
  const ids = events.flatMap(event => event.item_id ?? event.item?.id ?? []);
  assert.deepEqual([...new Set(ids)], [itemDone.item.id]);
  assert.equal(created.response.id, completed.response.id);
});

test('thinking is not part of the answer', LIMIT, async () => {
  const asked = upstream.script(turn => {
    turn.begin();
    turn.thinking('a secret thought');
    turn.text('Seven');
    turn.end();
  });
  const events = await all(await client.responses.create(ask('3 + 4?', {stream: true})));
  await asked;
  assert.ok(!JSON.stringify(events).includes('a secret thought'));
  assert.equal(events.at(-1).response.output.length, 1);
  assertMessage(events.at(-1).response.output[0], 'Seven');
});
