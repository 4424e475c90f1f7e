// Tools of chat that are no `function` among `tools`: custom ones, and functions as of old.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, all, startReal} from '../lib/real.mjs';
import {blocksOf, calls, says, toolId, toolName} from '../lib/upstream.mjs';

const {upstream, client} = await startReal({keeps: true});
const GRAMMAR = 'start: "*** Begin" /.+/';
const PATCH = {type: 'custom', custom: {name: 'apply_patch', description: 'Changes files.',
  format: {type: 'grammar', grammar: {syntax: 'lark', definition: GRAMMAR}}}};
const INPUT = '*** Begin "patch"\n\u2028 é😀 \\n {"a":1}\n';
const USER = {role: 'user', content: 'Go.'};

const patches = turn => {
  const json = JSON.stringify({input: INPUT});
  turn.begin();
  turn.call(toolName('apply_patch'), toolId(1), json.slice(0, 14), json.slice(14));
  turn.end('tool_use');
};

test('a custom tool: with the helper, whole, and its result', LIMIT, async () => {
  const ask = {model: 'opus', messages: [USER], tools: [PATCH],
    tool_choice: {type: 'custom', custom: {name: 'apply_patch'}}};
  const asked = upstream.script(patches, patches);
  const {choices: [streamed]} = await client.chat.completions.stream(ask).finalChatCompletion();
  const {choices: [whole]} = await client.chat.completions.create(ask);
  const {tools: [offer], tool_choice} = (await asked).body;
  assert.ok(offer.description.startsWith('Changes files.') && offer.description.includes(GRAMMAR));
  assert.deepEqual(tool_choice, {type: 'tool', name: toolName('apply_patch')});
  for (const {finish_reason, message: {content, tool_calls: [{id, ...call}]}} of [streamed, whole]) {
    assert.equal(finish_reason, 'tool_calls');
    assert.ok(!content);
    assert.deepEqual(call, {type: 'custom', custom: {name: 'apply_patch', input: INPUT}});
  }
  const {message} = whole;
  const told = upstream.script(says('Done.'));
  const {choices: [last]} = await client.chat.completions.create({model: 'opus', tools: [PATCH],
    messages: [USER, message,
      {role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'patched'}]});
  assert.equal(last.message.content, 'Done.');
  const [, [, [use]], [, [result]]] = blocksOf((await told).body);
  assert.deepEqual(use.input, {input: INPUT});
  assert.deepEqual(result.content, [{type: 'text', text: 'patched'}]);
});

const FUNCTIONS = [{name: 'light', description: 'd',
  parameters: {type: 'object', properties: {on: {type: 'boolean'}}}}, {name: 'door'}];

test('functions: streamed, with the helper, whole, and the result', LIMIT, async () => {
  const ask = {model: 'opus', messages: [USER], functions: FUNCTIONS, function_call: 'auto'};
  const once = calls(['light', '{"on":true}']);
  const asked = upstream.script(once, once, once);
  const chunks = await all(await client.chat.completions.create({...ask, stream: true}));
  const deltas = chunks.flatMap(chunk => chunk.choices[0].delta.function_call ?? []);
  assert.equal(deltas[0].name, 'light');
  assert.equal(deltas.map(delta => delta.arguments).join(''), '{"on":true}');
  assert.equal(chunks.at(-1).choices[0].finish_reason, 'function_call');
  const {choices: [helped]} = await client.chat.completions.stream(ask).finalChatCompletion();
  const {choices: [whole]} = await client.chat.completions.create(ask);
  for (const {finish_reason, message} of [helped, whole]) {
    assert.equal(finish_reason, 'function_call');
    assert.deepEqual(message.function_call, {name: 'light', arguments: '{"on":true}'});
    assert.equal(message.tool_calls, undefined);
  }
  const {tools, tool_choice} = (await asked).body;
  assert.deepEqual(tools.map(({name}) => name), ['door', 'light'].map(toolName));
  assert.deepEqual(tool_choice, {type: 'auto', disable_parallel_tool_use: true});

  const told = upstream.script(says('It is on.'));
  const {choices: [last]} = await client.chat.completions.create({model: 'opus',
    functions: FUNCTIONS, messages: [USER, whole.message,
      {role: 'function', name: 'light', content: 'ok'}]});
  assert.deepEqual([last.message.content, last.finish_reason], ['It is on.', 'stop']);
  const [, [, [use]], [, [result]]] = blocksOf((await told).body);
  assert.deepEqual([use.name, use.input], [toolName('light'), {on: true}]);
  assert.deepEqual([result.tool_use_id, result.content], [use.id, [{type: 'text', text: 'ok'}]]);
});

test('the function that must be called', LIMIT, async () => {
  const asked = upstream.script(calls(['door', '{}']));
  await client.chat.completions.create({model: 'opus', messages: [USER], functions: FUNCTIONS,
    function_call: {name: 'door'}});
  const {tool_choice: {type, name}} = (await asked).body;
  assert.deepEqual([type, name], ['tool', toolName('door')]);
});

test('tools and a choice as Cursor posts them', LIMIT, async () => {
  const asked = upstream.script(calls(['light', '{"on":true}']));
  const {choices: [{message}]} = await client.chat.completions.create({model: 'opus',
    messages: [USER], tools: FUNCTIONS.map(it => ({type: 'function', ...it})),
    tool_choice: {type: 'auto'}});
  assert.equal(message.tool_calls[0].function.name, 'light');
  assert.deepEqual((await asked).body.tools.map(({name}) => name), ['door', 'light'].map(toolName));
});
