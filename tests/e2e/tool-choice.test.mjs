// Which tools the model may or must call, as the API is told.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, errorOf, post, startReal} from '../lib/real.mjs';
import {calls, says, toolName} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal();

const TOOLS = ['first', 'second.one', 'third'].map(name => ({type: 'function', function: {name}}));
const FLAT = TOOLS.map(({function: f}) => ({type: 'function', ...f}));
const ONLY_ONE = {disable_parallel_tool_use: true};
const named = name => ({type: 'function', function: {name}});
const allowed = (mode, ...names) =>
  ({type: 'allowed_tools', allowed_tools: {mode, tools: names.map(named)}});

function ask(options) {
  return {model: 'opus', messages: [{role: 'user', content: 'Go'}], tools: TOOLS, ...options};
}

/** [what the client says, the API's tool_choice, does the model think?] */
const CHOICES = [
  [{}, undefined, true],
  [{tool_choice: 'auto'}, undefined, true],
  [{tool_choice: 'none'}, {type: 'none'}, true],
  [{tool_choice: 'required'}, {type: 'any'}, false],
  [{tool_choice: 'any'}, {type: 'any'}, false],
  [{tool_choice: {type: 'auto'}}, undefined, true],
  [{tool_choice: named('second.one')}, {type: 'tool', name: toolName('second_one')}, false],
  [{parallel_tool_calls: true}, undefined, true],
  [{parallel_tool_calls: false}, {type: 'auto', ...ONLY_ONE}, true],
  [{parallel_tool_calls: false, tool_choice: 'none'}, {type: 'none'}, true],
  [{parallel_tool_calls: false, tool_choice: 'required'}, {type: 'any', ...ONLY_ONE}, false],
  [{parallel_tool_calls: false, tool_choice: named('third')},
    {type: 'tool', name: toolName('third'), ...ONLY_ONE}, false],
  [{tools: undefined, parallel_tool_calls: false, tool_choice: 'auto'}, undefined, true],
];

for (const [options, expected, thinks] of CHOICES) {
  test(`chat: ${JSON.stringify(options)}`, LIMIT, async () => {
    const asked = upstream.script(says('Done.'));
    await client.chat.completions.create(ask(options));
    const {body} = await asked;
    assert.deepEqual(body.tool_choice, expected);
    assert.equal(body.thinking !== undefined, thinks, JSON.stringify(body.thinking));
    assert.equal(body.tools?.length ?? 0, 'tools' in options ? 0 : TOOLS.length);
  });
}

test('allowed_tools are those the model sees', LIMIT, async () => {
  for (const [mode, choice] of [['auto', undefined], ['required', {type: 'any'}]]) {
    const asked = upstream.script(calls(['third', '{}']));
    const {choices: [{message}]} = await client.chat.completions.create(
      ask({tool_choice: allowed(mode, 'third', 'second.one')}));
    const {body} = await asked;
    assert.deepEqual(body.tools.map(({name}) => name).sort(),
      ['second_one', 'third'].map(toolName));
    assert.deepEqual(body.tool_choice, choice);
    assert.equal(message.tool_calls[0].function.name, 'third');
  }
});

const FLAT_CHOICES = [
  [{tool_choice: {type: 'function', name: 'second.one'}},
    {type: 'tool', name: toolName('second_one')}, 3],
  [{tool_choice: 'required', parallel_tool_calls: false}, {type: 'any', ...ONLY_ONE}, 3],
  [{tool_choice: {type: 'allowed_tools', mode: 'required', tools: [FLAT[2]]}}, {type: 'any'}, 1],
];

for (const [options, expected, n] of FLAT_CHOICES) {
  test(`responses: ${JSON.stringify(options)}`, LIMIT, async () => {
    const asked = upstream.script(calls(['third', '{}']));
    const response =
      await client.responses.create({model: 'opus', input: 'Go', tools: FLAT, ...options});
    const {body} = await asked;
    assert.deepEqual(body.tool_choice, expected);
    assert.equal(body.tools.length, n);
    assert.equal(body.thinking, undefined);
    assert.deepEqual(response.tool_choice, options.tool_choice);
    assert.equal(response.parallel_tool_calls, options.parallel_tool_calls ?? true);
  });
}

const CHAT = '/v1/chat/completions';
const RESPONSES = '/v1/responses';
const WRONG = [
  [CHAT, ask({tool_choice: named('fourth')}), 'tool_choice'],
  [CHAT, ask({tool_choice: 'often'}), 'tool_choice'],
  [CHAT, ask({tool_choice: 5}), 'tool_choice'],
  [CHAT, ask({tool_choice: {type: 'function'}}), 'tool_choice'],
  [CHAT, ask({tool_choice: {type: 'allowed_tools'}}), 'tool_choice'],
  [CHAT, ask({tool_choice: allowed('often', 'third')}), 'tool_choice'],
  [CHAT, ask({tool_choice: allowed('required', 'fourth')}), 'tool_choice'],
  [CHAT, ask({tool_choice: 'required', tools: []}), 'tool_choice'],
  [CHAT, ask({parallel_tool_calls: 'no'}), 'parallel_tool_calls'],
  [CHAT, ask({tools: 'all'}), 'tools'],
  [CHAT, ask({tools: [{}]}), 'tools[0]'],
  [CHAT, ask({tools: [TOOLS[0], {type: 'function', function: {}}]}), 'tools[1]'],
  [CHAT, ask({tools: [TOOLS[0], TOOLS[0]]}), 'tools[1]'],
  [CHAT, ask({tools: [{type: 'function', function: {name: 'f', parameters: 5}}]}), 'tools[0]'],
  [CHAT, ask({tools: [TOOLS[0], {type: 'custom', custom: {}}]}), 'tools[1]'],
  [RESPONSES, {input: 'Go', tools: FLAT, tool_choice: {type: 'function', name: 'x'}},
    'tool_choice'],
  [RESPONSES, {input: 'Go', tools: [FLAT[0], {type: 'function'}]}, 'tools[1]'],
  [RESPONSES, {input: 'Go', tools: [{type: 'namespace', name: 'n', tools: [{}]}]},
    'tools[0].tools[0]'],
];

for (const [path, body, param] of WRONG) {
  test(`${path}: 400 for ${JSON.stringify({...body, messages: undefined})}`, LIMIT, async () => {
    const error = errorOf(await post(stack, path, JSON.stringify(body)), 400);
    assert.equal(error.type, 'invalid_request_error');
    assert.ok(error.param?.startsWith(param), `param is ${error.param}: ${error.message}`);
  });
}
