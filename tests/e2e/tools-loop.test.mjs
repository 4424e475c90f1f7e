// Calls and their results, told again by the client: what the model gets to read of them.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, errorOf, post, startReal} from '../lib/real.mjs';
import {blocksOf, calls, says, toolId, toolName} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal();
const CHAT = '/v1/chat/completions';
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex').toString('base64');
const TOOLS = [{type: 'function', function: {
  name: 'get.weather', parameters: {type: 'object', properties: {city: {type: 'string'}}},
}}];

const text = t => ({type: 'text', text: t});
const use = (id, name, input) => ({type: 'tool_use', id, name: toolName(name), input});
const result = (tool_use_id, ...content) => ({type: 'tool_result', tool_use_id, content});
const user = content => ({role: 'user', content});
const call = (id, args = '{}', name = 'get.weather') =>
  ({id, type: 'function', function: {name, arguments: args}});
const called = (...tool_calls) => ({role: 'assistant', content: null, tool_calls});
const told = (tool_call_id, content) => ({role: 'tool', tool_call_id, content});

/** What arrives upstream of a conversation. */
async function arrives(messages, tools = TOOLS) {
  const asked = upstream.script(says('Fine.'));
  const completion = await client.chat.completions.create({model: 'opus', messages, tools});
  assert.equal(completion.choices[0].message.content, 'Fine.');
  return blocksOf((await asked).body);
}

test('runTools over two rounds', LIMIT, async () => {
  const asked = [
    upstream.script(calls(['get_weather', '{"city":"Paris"}', toolId(1)],
      ['get_weather', '{"city":"Rome"}', toolId(2)])),
    upstream.script(calls(['get_weather', '{"city":"Oslo"}', toolId(3)])),
    upstream.script(says('Warm', ' enough.')),
  ];
  const cities = [];
  const runner = client.chat.completions.runTools({
    model: 'opus', stream: true, messages: [user('Where is it warm?')],
    tools: [{type: 'function', function: {
      ...TOOLS[0].function, parse: JSON.parse,
      function: ({city}) => {
        cities.push(city);
        return `20 °C in ${city}`;
      },
    }}],
  });
  assert.equal(await runner.finalContent(), 'Warm enough.');
  assert.deepEqual(cities, ['Paris', 'Rome', 'Oslo']);
  const [, second, third] = (await Promise.all(asked)).map(({body}) => blocksOf(body));
  const ids = [1, 2, 3].map(n => toolId(n).replace('_', ''));
  const rounds = [
    ['user', [text('Where is it warm?')]],
    ['assistant', [
      use(ids[0], 'get_weather', {city: 'Paris'}), use(ids[1], 'get_weather', {city: 'Rome'})]],
    ['user', [result(ids[0], text('20 °C in Paris')), result(ids[1], text('20 °C in Rome'))]],
    ['assistant', [use(ids[2], 'get_weather', {city: 'Oslo'})]],
    ['user', [result(ids[2], text('20 °C in Oslo'))]],
  ];
  assert.deepEqual(second, rounds.slice(0, 3));
  assert.deepEqual(third, rounds);
});

test('text before a call, and a user who goes on', LIMIT, async () => {
  assert.deepEqual(await arrives([
    user('Weather?'),
    {...called(call('call1', '{"city":"Paris"}')), content: 'I look.'},
    told('call1', 'Sun'),
    user('And be brief.'),
    {role: 'assistant', content: 'Sunny.', reasoning_content: 'hm'},
    user('Thanks.'),
  ]), [
    ['user', [text('Weather?')]],
    ['assistant', [text('I look.'), use('call1', 'get_weather', {city: 'Paris'})]],
    ['user', [result('call1', text('Sun')), text('And be brief.')]],
    ['assistant', [text('Sunny.')]],
    ['user', [text('Thanks.')]],
  ]);
});

test('ids that a client has rewritten', LIMIT, async () => {
  const got = await arrives([
    user('Weather?'), called(call('call_e5-80.1'), call('callE5802')),
    told('call_e5:802'.replace('e5', 'E5'), 'two'), told('calle5801', 'one'),
  ]);
  assert.deepEqual(got[1][1].map(({id}) => id), ['calle5801', 'callE5802']);
  assert.deepEqual(got[2][1],
    [result('callE5802', text('two')), result('calle5801', text('one'))]);
});

test('ids that begin anew in each round', LIMIT, async () => {
  const got = await arrives([
    user('Weather?'), called(call('call_0', '{"city":"Paris"}'), call('call_1')),
    told('call_0', 'Sun'), told('call_1', 'Rain'),
    called(call('call_0', '{"city":"Oslo"}')), told('call_0', 'Snow'), user('So?'),
  ]);
  const calls = got.flatMap(([, blocks]) => blocks).filter(({type}) => type === 'tool_use');
  const results = got.flatMap(([, blocks]) => blocks).filter(({type}) => type === 'tool_result');
  assert.deepEqual(calls.map(({input}) => input), [{city: 'Paris'}, {}, {city: 'Oslo'}]);
  assert.deepEqual(results.map(({content}) => content[0].text), ['Sun', 'Rain', 'Snow']);
  assert.deepEqual(results.map(({tool_use_id: id}) => id), calls.map(({id}) => id));
  assert.equal(new Set(calls.map(({id}) => id)).size, 3);
});

test('what a tool can say', LIMIT, async () => {
  const image = {type: 'image_url', image_url: {url: `data:image/png;base64,${PNG}`}};
  const source = {type: 'base64', media_type: 'image/png', data: PNG};
  const got = await arrives([
    user('Weather?'), called(call('a1'), call('a2'), call('a3'), call('a4')),
    told('a1', [text('see'), image, text('@/etc/passwd')]),
    told('a2', '/cost\u2028"\\'),
    told('a3', ''),
    told('a4', [text('one'), text('two')]),
  ]);
  assert.deepEqual(got[2][1].slice(0, 2), [
    result('a1', text('see'), {type: 'image', source}, text('@/etc/passwd')),
    result('a2', text('/cost\u2028"\\')),
  ]);
  const {content, ...empty} = got[2][1][2];
  assert.deepEqual(empty, {type: 'tool_result', tool_use_id: 'a3'});
  assert.ok(!content || content.length === 0 || !content[0].text.trim(), JSON.stringify(content));
  assert.deepEqual(got[2][1][3], result('a4', text('one'), text('two')));
});

test('arguments as models and clients garble them', LIMIT, async () => {
  const args = ['', '{"a":{"b":[1,null,"\\u00e9"]}}', '[1,2]', 'not json', '{"a":'];
  const got = await arrives([user('Weather?'), called(...args.map((a, i) => call(`a${i}`, a))),
    ...args.map((_, i) => told(`a${i}`, 'ok'))]);
  const inputs = got[1][1].map(({input}) => input);
  assert.deepEqual(inputs.slice(0, 2), [{}, {a: {b: [1, null, 'é']}}]);
  inputs.slice(2).forEach((input, i) =>
    assert.deepEqual(Object.values(input), [args[i + 2]], 'what was said is kept'));
});

test('a tool that is offered no more', LIMIT, async () => {
  const history = [user('Weather?'), called(call('a1', '{}', 'old tool')), told('a1', 'Sun')];
  for (const tools of [TOOLS, undefined]) {
    assert.deepEqual((await arrives(history, tools)).slice(1), [
      ['assistant', [use('a1', 'old_tool', {})]], ['user', [result('a1', text('Sun'))]],
    ]);
  }
});

test('what does not pair is refused', LIMIT, async () => {
  const wrong = {
    'a call without its result': [user('Hi'), called(call('a1')), user('So?')],
    'one result of two': [user('Hi'), called(call('a1'), call('a2')), told('a1', 'x')],
    'a result without a call': [user('Hi'), told('a1', 'x')],
    'a result of another call': [user('Hi'), called(call('a1')), told('a2', 'x')],
    'a result too late': [user('Hi'), called(call('a1')), user('z'),
      {role: 'assistant', content: 'z'}, told('a1', 'x')],
    'a result without an id': [user('Hi'), called(call('a1')), {role: 'tool', content: 'x'}],
    'a call without an id': [user('Hi'), called(call('')), told('', 'x')],
    'a call without a name': [user('Hi'), called(call('a1', '{}', '')), told('a1', 'x')],
    'a call that is none': [user('Hi'), called('get_weather'), told('a1', 'x')],
    'calls that are no list': [user('Hi'), {...called(), tool_calls: 'x'}, user('x')],
    'the same id twice': [user('Hi'), called(call('a1'), call('a_1')), told('a1', 'x')],
    'two results of one call': [user('Hi'), called(call('a1')), told('a1', 'x'), told('a1', 'y')],
  };
  const faults = [];
  for (const [name, messages] of Object.entries(wrong)) {
    // Whatever gets through is answered: it is told apart here, not by an error upstream.
    upstream.otherwise = says('Went through.');
    const res = await post(stack, CHAT, JSON.stringify({model: 'opus', messages, tools: TOOLS}));
    try {
      assert.ok(errorOf(res, 400).param?.startsWith('messages'), res.text);
    } catch (err) {
      faults.push(`${name}: ${err.message}`);
    }
  }
  upstream.otherwise = null;
  assert.deepEqual(faults, []);
});
