// Chat completions from the official client to Anthropic's side and back.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, all, post, startReal} from '../lib/real.mjs';
import {OUTPUT_TOKENS, USAGE, gate, says, systemOf, turnsOf} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal();
const PROMPT_TOKENS =
  USAGE.input_tokens + USAGE.cache_read_input_tokens + USAGE.cache_creation_input_tokens;

function ask(content, options = {}) {
  return {model: 'opus', messages: [{role: 'user', content}], ...options};
}

function assertUsage(usage) {
  assert.equal(usage.prompt_tokens, PROMPT_TOKENS);
  assert.equal(usage.completion_tokens, OUTPUT_TOKENS);
  assert.equal(usage.total_tokens, PROMPT_TOKENS + OUTPUT_TOKENS);
  assert.equal(usage.prompt_tokens_details.cached_tokens, USAGE.cache_read_input_tokens);
}

test('a whole answer', LIMIT, async () => {
  const asked = upstream.script(says('Hello', ' there'));
  const completion = await client.chat.completions.create(ask('Hi'));
  const {body} = await asked;
  assert.equal(completion.object, 'chat.completion');
  assert.match(completion.id, /^chatcmpl-[A-Za-z0-9]+$/);
  assert.ok(Math.abs(completion.created - Date.now() / 1000) < 60);
  assert.equal(completion.model, body.model);
  assert.deepEqual(completion.choices, [{
    index: 0, message: {role: 'assistant', content: 'Hello there', refusal: null},
    logprobs: null, finish_reason: 'stop',
  }]);
  assertUsage(completion.usage);
  assert.match(body.model, /^claude-opus-/);
  assert.deepEqual(turnsOf(body), [['user', 'Hi']]);
  assert.equal(systemOf(body), undefined);
  assert.deepEqual(body.tools ?? [], []);
});

test('a conversation arrives as real turns', LIMIT, async () => {
  const asked = upstream.script(says('Blue.'));
  await client.chat.completions.create({
    model: 'haiku',
    messages: [
      {role: 'system', content: 'Be brief.'},
      {role: 'user', content: 'My name is Ada.'},
      {role: 'assistant', content: 'Hello Ada.'},
      {role: 'developer', content: [{type: 'text', text: 'Answer in English.'}]},
      {role: 'user', content: 'What is my name?'},
      {role: 'assistant', content: [{type: 'text', text: 'Ada.'}], refusal: null},
      {role: 'user', content: [{type: 'text', text: 'And the'}, {type: 'text', text: ' sky?'}]},
    ],
  });
  const {body} = await asked;
  assert.match(body.model, /^claude-haiku-/);
  assert.equal(systemOf(body), 'Be brief.\n\nAnswer in English.');
  assert.deepEqual(turnsOf(body), [
    ['user', 'My name is Ada.'],
    ['assistant', 'Hello Ada.'],
    ['user', 'What is my name?'],
    ['assistant', 'Ada.'],
    ['user', 'And the sky?'],
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
  const stream = await client.chat.completions.create(ask('Count', {stream: true}));
  const texts = [];
  const finished = [];
  for await (const {choices: [choice]} of stream) {
    if (choice.delta.content) texts.push(choice.delta.content);
    if (choice.finish_reason) finished.push(choice.finish_reason);
    if (texts.length === 1) second.open();
  }
  assert.deepEqual(texts, ['one', 'two']);
  assert.deepEqual(finished, ['stop']);
});

test('the frames of a stream', LIMIT, async () => {
  upstream.script(says('Hello', ' there'));
  const {status, headers, text} =
    await post(stack, '/v1/chat/completions', JSON.stringify(ask('Hi', {stream: true})));
  assert.equal(status, 200);
  assert.match(headers.get('content-type'), /^text\/event-stream/);
  assert.ok(headers.get('x-request-id'));
  const frames = text.split('\n\n').filter(frame => frame.startsWith('data: '));
  assert.equal(frames.pop(), 'data: [DONE]');
  assert.ok(text.endsWith('data: [DONE]\n\n'));
  const chunks = frames.map(frame => JSON.parse(frame.slice('data: '.length)));
  assert.equal(new Set(chunks.map(chunk => chunk.id)).size, 1);
  assert.ok(chunks.every(chunk => chunk.object === 'chat.completion.chunk'));
  assert.ok(chunks.every(chunk => chunk.usage === undefined), 'nobody asked for usage');
  const deltas = chunks.map(chunk => chunk.choices[0].delta);
  assert.equal(deltas[0].role, 'assistant');
  assert.equal(deltas[0].content, '');
  assert.deepEqual(deltas.at(-1), {});
  assert.deepEqual(chunks.map(chunk => chunk.choices[0].finish_reason),
    [null, null, null, 'stop']);
});

test('usage in a stream, when asked for', LIMIT, async () => {
  upstream.script(says('Hello'));
  const chunks = await all(await client.chat.completions.create(
    ask('Hi', {stream: true, stream_options: {include_usage: true}})));
  const last = chunks.pop();
  assert.deepEqual(last.choices, []);
  assertUsage(last.usage);
  assert.ok(chunks.length > 0);
  assert.ok(chunks.every(chunk => chunk.usage === null));
});

test('thinking is not part of the answer', LIMIT, async () => {
  const think = turn => {
    turn.begin();
    turn.thinking('a secret thought');
    turn.text('Seven');
    turn.end();
  };
  upstream.script(think, think);
  const completion = await client.chat.completions.create(ask('3 + 4?'));
  assert.equal(completion.choices[0].message.content, 'Seven');
  const chunks = await all(await client.chat.completions.create(ask('3 + 4?', {stream: true})));
  assert.equal(chunks.map(chunk => chunk.choices[0].delta.content ?? '').join(''), 'Seven');
});

test('bare paths are the same', LIMIT, async () => {
  const asked = upstream.script(says('Hello'));
  const {status, text} = await post(stack, '/chat/completions?x=1', JSON.stringify(ask('Hi')));
  assert.equal(status, 200, text);
  assert.equal(JSON.parse(text).choices[0].message.content, 'Hello');
  await asked;
});

test('what clients send beside the prompt changes nothing', LIMIT, async () => {
  const asked = upstream.script(says('Hello'));
  await client.chat.completions.create(ask('Hi', {
    temperature: 0.3, top_p: 0.9, seed: 1, user: 'u', max_tokens: 100, presence_penalty: 0,
    metadata: {a: 'b'}, store: false, tools: [], n: 1, response_format: {type: 'text'},
    logit_bias: null, service_tier: 'auto', made_up: {deep: [1, null]},
  }));
  assert.deepEqual(turnsOf((await asked).body), [['user', 'Hi']]);
});

test('a request without a user turn is answered as well', LIMIT, async () => {
  const asked = upstream.script(says('Hello'));
  await client.chat.completions.create({
    model: 'opus', messages: [{role: 'system', content: 'Greet somebody.'}],
  });
  assert.deepEqual(turnsOf((await asked).body), [['user', 'Greet somebody.']]);
});
