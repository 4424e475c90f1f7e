// Functions and custom tools over responses: calls as items, and their outputs sent back.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, all, errorOf, post, startReal} from '../lib/real.mjs';
import {blocksOf, calls, gate, says, systemOf, toolId, toolName} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal();
const CALL_ID = /^call_[A-Za-z0-9]+$/;
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex').toString('base64');

const SCHEMA = {type: 'object', properties: {city: {type: 'string', enum: ['Paris', 'Rome']}}};
const WEATHER = {
  type: 'function', name: 'get.weather', description: 'Tells it.', strict: false,
  parameters: SCHEMA,
};
const GRAMMAR = 'start: "*** Begin" /.+/';
const PATCH = {
  type: 'custom', name: 'apply_patch', description: 'Changes files.',
  format: {type: 'grammar', syntax: 'lark', definition: GRAMMAR},
};
const AGENTS = {type: 'namespace', name: 'agents', description: 'd', tools: [
  {type: 'function', name: 'spawn', parameters: SCHEMA}, {type: 'function', name: 'get.weather'},
]};
const HOSTED = [{type: 'web_search', external_web_access: true}, {type: 'image_generation'}];

const text = t => ({type: 'text', text: t});
const result = (tool_use_id, ...content) => ({type: 'tool_result', tool_use_id, content});

function ask(input, options = {}) {
  return {model: 'opus', input, tools: [WEATHER], ...options};
}

test('a call, streamed as it is written, is one item throughout', LIMIT, async () => {
  const door = gate();
  upstream.script(async turn => {
    turn.begin();
    turn.text('I look.');
    turn.call(toolName('get_weather'), toolId(1), '{"city":');
    await turn.pass(door);
    turn.args('"Paris"}');
    turn.call(toolName('get_weather'), toolId(2));
    turn.end('tool_use');
  });
  const events = [];
  for await (const event of await client.responses.create(ask('Weather?', {stream: true}))) {
    events.push(event);
    if (event.type === 'response.function_call_arguments.delta') door.open();
  }
  const of = type => events.filter(event => event.type === `response.${type}`);
  const {output, status} = of('completed')[0].response;
  assert.equal(status, 'completed');
  assert.deepEqual(output.map(item => item.type), ['message', 'function_call', 'function_call']);
  assert.deepEqual(of('output_item.done').map(event => event.item), output);
  assert.deepEqual(of('output_item.added').map(event => event.output_index), [0, 1, 2]);
  of('output_item.added').slice(1).forEach(({item}, i) => {
    const {id, call_id} = output[i + 1];
    assert.match(call_id, CALL_ID);
    assert.deepEqual(item, {id, call_id, status: 'in_progress', type: 'function_call',
      name: 'get.weather', arguments: ''});
    assert.deepEqual(output[i + 1], {...item, status: 'completed',
      arguments: ['{"city":"Paris"}', '{}'][i]});
  });
  assert.deepEqual(of('function_call_arguments.delta').map(e => [e.item_id, e.delta]),
    [[output[1].id, '{"city":'], [output[1].id, '"Paris"}'], [output[2].id, '{}']]);
  assert.deepEqual(of('function_call_arguments.done').map(e => [e.item_id, e.arguments]),
    output.slice(1).map(item => [item.id, item.arguments]));
  assert.notEqual(output[1].call_id, output[2].call_id);
});

test('the helper, then the outputs sent back with all that was received', LIMIT, async () => {
  upstream.script(calls(['get_weather', '{"city":"Paris"}', toolId(1)],
    ['get_weather', '{"city":"Rome"}', toolId(2)]));
  const first = await client.responses.stream(ask('Weather?')).finalResponse();
  assert.deepEqual(first.output.map(item => item.arguments),
    ['{"city":"Paris"}', '{"city":"Rome"}']);
  const asked = upstream.script(says('Warm.'));
  const second = await client.responses.create(ask([
    {role: 'user', content: 'Weather?'}, ...first.output,
    {type: 'function_call_output', call_id: first.output[0].call_id, output: '20 °C'},
    {type: 'function_call_output', call_id: first.output[1].call_id, status: 'completed', output: [
      {type: 'input_text', text: 'see'},
      {type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'high'},
    ]},
  ]));
  assert.equal(second.output_text, 'Warm.');
  const ids = first.output.map(item => item.call_id.replace('_', ''));
  const {body} = await asked;
  assert.deepEqual(blocksOf(body), [
    ['user', [text('Weather?')]],
    ['assistant', ['Paris', 'Rome'].map((city, i) =>
      ({type: 'tool_use', id: ids[i], name: toolName('get_weather'), input: {city}}))],
    ['user', [
      result(ids[0], text('20 °C')),
      result(ids[1], text('see'),
        {type: 'image', source: {type: 'base64', media_type: 'image/png', data: PNG}}),
    ]],
  ]);
  assert.deepEqual(body.tools[0].input_schema, SCHEMA);
});

test('a custom tool takes and gives plain text', LIMIT, async () => {
  const input = '*** Begin "patch"\n\u2028 é😀 \\n {"a":1}\n';
  const json = JSON.stringify({input});
  const asked = upstream.script(turn => {
    turn.begin();
    turn.call(toolName('apply_patch'), toolId(1), json.slice(0, 14), json.slice(14));
    turn.end('tool_use');
  });
  const events = await all(await client.responses.create(
    ask('Change it.', {tools: [PATCH], stream: true})));
  const {tools: [offer]} = (await asked).body;
  assert.ok(offer.description.startsWith('Changes files.') && offer.description.includes(GRAMMAR));
  assert.deepEqual(Object.values(offer.input_schema.properties), [{type: 'string'}]);
  const {output: [item]} = events.at(-1).response;
  assert.match(item.call_id, CALL_ID);
  assert.deepEqual([item.type, item.name, item.input], ['custom_tool_call', 'apply_patch', input]);
  const of = type =>
    events.filter(event => event.type === `response.custom_tool_call_input.${type}`);
  assert.equal(of('delta').map(event => event.delta).join(''), input);
  assert.deepEqual(of('done').map(event => [event.item_id, event.input]), [[item.id, input]]);

  const again = upstream.script(says('Done.'));
  await client.responses.create(ask([{role: 'user', content: 'Change it.'}, item,
    {type: 'custom_tool_call_output', call_id: item.call_id, output: 'patched'}],
  {tools: [PATCH]}));
  const [, [, [call]], [, [told]]] = blocksOf((await again).body);
  assert.deepEqual(call.input, {input});
  assert.deepEqual(told, result(call.id, text('patched')));
});

test('tools of a namespace, beside one of the same name', LIMIT, async () => {
  const asked = upstream.script(turn => {
    turn.begin();
    turn.body.tools.forEach(({name}, i) => turn.call(name, toolId(i), '{}'));
    turn.end('tool_use');
  });
  const response = await client.responses.create(ask('Go', {tools: [WEATHER, AGENTS]}));
  assert.equal((await asked).body.tools.length, 3);
  const known = response.output.map(item => [item.namespace, item.name].join(' ')).sort();
  assert.deepEqual(known, [' get.weather', 'agents get.weather', 'agents spawn']);
  const again = upstream.script(says('Done.'));
  await client.responses.create(ask([{role: 'user', content: 'Go'}, ...response.output,
    ...response.output.map(({call_id, name}) =>
      ({type: 'function_call_output', call_id, output: name}))], {tools: [WEATHER, AGENTS]}));
  const [, [, uses]] = blocksOf((await again).body);
  assert.deepEqual(uses.map(({name}) => name).sort(),
    (await asked).body.tools.map(({name}) => name).sort());
});

test('hosted tools are left out, and that is said', LIMIT, async () => {
  const asked = upstream.script(says('Done.'));
  const res = await post(stack, '/v1/responses',
    JSON.stringify(ask('Go', {tools: [...HOSTED, WEATHER]})));
  assert.equal(res.status, 200, res.text);
  assert.equal(res.headers.get('x-proxy-ignored'), 'tools.web_search, tools.image_generation');
  assert.deepEqual((await asked).body.tools.map(({name}) => name), [toolName('get_weather')]);
});

test('a request as Codex sends it', LIMIT, async () => {
  const developer = {type: 'message', role: 'developer', id: 'msg_0',
    content: [{type: 'input_text', text: 'You are Codex.'}]};
  const asked = upstream.script(calls(['exec_command', '{"cmd":"ls"}']));
  const events = await all(await client.responses.create({
    model: 'opus', stream: true, store: false, include: ['reasoning.encrypted_content'],
    reasoning: {summary: 'auto'}, parallel_tool_calls: true, tool_choice: 'auto',
    prompt_cache_key: 'k', client_metadata: {'x-codex': '1'},
    tools: [{type: 'function', name: 'exec_command', strict: false, parameters: SCHEMA}, AGENTS,
      HOSTED[0]],
    input: [developer, ...['<environment_context>', 'List it.'].map(said =>
      ({type: 'message', role: 'user', content: [{type: 'input_text', text: said}]}))],
  }));
  const {body} = await asked;
  assert.equal(systemOf(body), 'You are Codex.');
  assert.deepEqual(blocksOf(body), [['user', [text('<environment_context>'), text('List it.')]]]);
  assert.equal(events.at(-1).response.output[0].name, 'exec_command');
  assert.equal(events.at(-1).response.prompt_cache_key, 'k');
});

test('what does not pair is refused', LIMIT, async () => {
  const user = {role: 'user', content: 'Hi'};
  const call = {type: 'function_call', call_id: 'call_1', name: 'get.weather', arguments: '{}'};
  for (const input of [
    [user, call],
    [user, call, user],
    [user, {type: 'function_call_output', call_id: 'call_1', output: 'x'}],
    [user, call, {type: 'function_call_output', output: 'x'}],
    [user, {...call, name: undefined}, {...call, type: 'function_call_output', output: ''}],
    [user, call, {type: 'function_call_output', call_id: 'call_1', output: [{type: 'x'}]}],
  ]) {
    const error = errorOf(await post(stack, '/v1/responses', JSON.stringify(ask(input))), 400);
    assert.ok(error.param?.startsWith('input'), `${error.param}: ${JSON.stringify(input)}`);
  }
});
