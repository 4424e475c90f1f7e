// A stream, put together again, is the whole answer to the same request.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, all, startReal} from '../lib/real.mjs';
import {says, stops} from '../lib/upstream.mjs';

const {upstream, client} = await startReal();

const ANSWERS = {
  'one delta': says('Hello'),
  'characters of every kind':
    says('"quotes" \\', ' \u2028\u2029\t\n', '{"a":1}', ' déjà 😀 ', '\r\n'),
  'many deltas': says(...Array.from({length: 500}, (_, i) => `${i} `)),
  'one long delta': says('x'.repeat(100_000)),
  'two blocks': turn => {
    turn.begin();
    turn.text('first');
    turn.close();
    turn.text('second');
    turn.end();
  },
  'thinking, then text': turn => {
    turn.begin();
    turn.thinking('hm');
    turn.text('So.');
    turn.end();
  },
  'the length limit': stops('max_tokens', 'half of'),
  'a refusal': stops('refusal', 'I would rather'),
};

/** The same object with what differs from one answer to the next made equal. */
function settled(answer, ids) {
  const text = JSON.stringify(answer, (name, value) =>
    name === 'created' || name === 'created_at' ? 0 : value);
  return JSON.parse(ids.reduce((t, id) => t.replaceAll(id, 'ID'), text));
}

function foldChat(chunks) {
  const [{id, model}] = chunks;
  const choices = chunks.flatMap(chunk => chunk.choices);
  const join = name => choices.map(choice => choice.delta[name] ?? '').join('');
  const thinking = join('reasoning_content');
  return {
    id, model, object: 'chat.completion', created: 0, usage: chunks.at(-1).usage,
    choices: [{
      index: 0, logprobs: null, finish_reason: choices.at(-1).finish_reason,
      message: {
        role: choices[0].delta.role, refusal: null,
        content: join('content'), ...thinking && {reasoning_content: thinking},
      },
    }],
  };
}

/** Rebuilt from the events before the last one, which is then compared too. */
function foldResponses(events) {
  const {response} = events.at(-1);
  const done = events.filter(event => event.type === 'response.output_item.done');
  for (const {item} of done) {
    item.content.forEach((part, index) => assert.equal(part.text, events.filter(event =>
      event.type === 'response.output_text.delta' && event.item_id === item.id &&
      event.content_index === index).map(event => event.delta).join('')));
  }
  return {...response, output: done.map(event => event.item)};
}

for (const [name, script] of Object.entries(ANSWERS)) {
  test(`chat: ${name}`, LIMIT, async () => {
    const query = {model: 'opus', messages: [{role: 'user', content: name}]};
    upstream.script(script);
    const whole = await client.chat.completions.create(query);
    upstream.script(script);
    const chunks = await all(await client.chat.completions.create(
      {...query, stream: true, stream_options: {include_usage: true}}));
    const folded = foldChat(chunks);
    assert.deepEqual(settled(folded, [folded.id]), settled(whole, [whole.id]));

    upstream.script(script);
    const final = await client.chat.completions.stream(query).finalChatCompletion();
    assert.equal(final.choices[0].message.content ?? '', whole.choices[0].message.content);
    assert.equal(final.choices[0].finish_reason, whole.choices[0].finish_reason);
  });

  test(`responses: ${name}`, LIMIT, async () => {
    const query = {model: 'opus', input: name};
    upstream.script(script);
    const whole = await client.responses.create(query);
    upstream.script(script);
    const events = await all(await client.responses.create({...query, stream: true}));
    const folded = foldResponses(events);
    const ids = answer => [answer.id.replace(/^resp_/, '')];
    delete whole.output_text; // the client's own addition
    assert.deepEqual(settled(folded, ids(folded)), settled(whole, ids(whole)));
    assert.deepEqual(folded.output, events.at(-1).response.output);

    upstream.script(script);
    const final = await client.responses.stream(query).finalResponse();
    assert.equal(final.status, whole.status);
    assert.deepEqual(final.incomplete_details, whole.incomplete_details);
    assert.deepEqual(final.output.flatMap(item => item.content.map(part => part.text)),
      whole.output.flatMap(item => item.content.map(part => part.text)));
  });
}
