// What Cursor posts to /chat/completions for Claude's models: bodies of Responses, and Anthropic's blocks.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, all, errorOf, post, startReal} from '../lib/real.mjs';
import {blocksOf, calls, says, systemOf, toolId, toolName} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal();

const text = t => ({type: 'text', text: t});
const TOOL = {type: 'function', name: 'read_file', description: 'Reads.', strict: false,
  parameters: {type: 'object', properties: {path: {type: 'string'}}, required: ['path']}};
const SETTINGS = {
  model: 'opus', stream: true, stream_options: {include_usage: true}, user: 'u1', store: false,
  metadata: {a: 'b'}, include: ['reasoning.encrypted_content'], prompt_cache_retention: '24h',
  reasoning: {effort: 'low', summary: 'auto'}, text: {format: {type: 'text'}, verbosity: 'low'},
  max_output_tokens: 4000, instructions: 'Be brief.', tools: [TOOL],
};
const ASKED = [{role: 'system', content: 'You edit code.'},
  {role: 'user', content: [{type: 'input_text', text: 'Look at a.c.'}]}];

/** A streamed chat answer as the official client reads it, put together. */
async function stream(body) {
  const chunks = await all(await client.chat.completions.create(body));
  assert.ok(chunks.every(({object}) => object === 'chat.completion.chunk'));
  const deltas = chunks.flatMap(({choices}) => choices);
  return {
    content: deltas.map(({delta}) => delta.content ?? '').join(''),
    calls: deltas.flatMap(({delta}) => delta.tool_calls ?? []),
    finish: deltas.at(-1).finish_reason,
    usage: chunks.at(-1).usage,
  };
}

test('a body of Responses, and the next with a call and its result', LIMIT, async () => {
  let asked = upstream.script(calls(['read_file', '{"path":"a.c"}', toolId(1)]));
  const first = await stream({...SETTINGS, input: ASKED});
  const {body} = await asked;
  assert.equal(systemOf(body), 'Be brief.\n\nYou edit code.');
  assert.deepEqual(blocksOf(body), [['user', [text('Look at a.c.')]]]);
  assert.equal(body.max_tokens, 4000);
  assert.deepEqual(body.tools.map(({name}) => name), [toolName('read_file')]);
  assert.equal(first.finish, 'tool_calls');
  assert.ok(first.usage.total_tokens > 0);
  assert.equal(first.calls[0].function.name, 'read_file');
  const call = {call_id: first.calls[0].id, name: 'read_file', arguments: '{"path":"a.c"}'};
  asked = upstream.script(says('It is', ' empty.'));
  const second = await stream({...SETTINGS, messages: [], input: [...ASKED,
    {type: 'function_call', ...call},
    {type: 'function_call_output', call_id: call.call_id, output: 'int a;'}]});
  const [, [, [use]], [, [result]]] = blocksOf((await asked).body);
  assert.deepEqual([use.name, use.input], [toolName('read_file'), {path: 'a.c'}]);
  assert.deepEqual([result.tool_use_id, result.content], [use.id, [text('int a;')]]);
  assert.deepEqual([second.content, second.finish], ['It is empty.', 'stop']);
});

test('messages as Anthropic has them', LIMIT, async () => {
  const asked = upstream.script(says('Done.'));
  const answer = await stream({
    model: 'opus', stream: true, max_tokens: 300, system: [text('You edit code.')],
    thinking: {type: 'disabled'}, stop_sequences: ['END'], tools: [TOOL],
    messages: [
      {role: 'user', content: [text('Look at a.c.')]},
      {role: 'assistant', content: [text('I will.'),
        {type: 'tool_use', id: 'toolu_1', name: 'read_file', input: {path: 'a.c'}}]},
      {role: 'user', content: [
        {type: 'tool_result', tool_use_id: 'toolu_1', content: [text('int a;')]},
        {...text('And now?'), cache_control: {type: 'ephemeral'}}]},
    ],
  });
  assert.deepEqual([answer.content, answer.finish], ['Done.', 'stop']);
  const {body} = await asked;
  assert.equal(systemOf(body), 'You edit code.');
  assert.deepEqual([body.max_tokens, body.stop_sequences], [300, ['END']]);
  assert.ok([undefined, 'disabled'].includes(body.thinking?.type), body.thinking?.type);
  const [, [, [said, use]], [, [result, now]]] = blocksOf(body);
  assert.deepEqual([said, use.name, use.input],
    [text('I will.'), toolName('read_file'), {path: 'a.c'}]);
  assert.deepEqual([result.tool_use_id, result.content, now.text],
    [use.id, [text('int a;')], 'And now?']);
});

test('a body of chat at /responses is told where it belongs', LIMIT, async () => {
  const body = {model: 'opus', messages: [{role: 'user', content: 'Hi'}]};
  const {param, message} = errorOf(await post(stack, '/v1/responses', JSON.stringify(body)), 400);
  assert.equal(param, 'messages');
  assert.match(message, /\/v1\/chat\/completions/);
});
