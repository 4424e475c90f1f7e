// Functions over chat completions: what the model is offered, and its calls as they are made.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {until} from '../lib/proc.mjs';
import {GONE_MS, LIMIT, LONG, all, errorOf, post, startReal} from '../lib/real.mjs';
import {UNASKED, blocksOf, calls, gate, says, toolId, toolName, turnsOf} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal();
const CALL_ID = /^[A-Za-z0-9]{9,40}$/;

const SCHEMA = {
  type: 'object',
  description: 'where and when',
  properties: {
    city: {type: 'string', description: 'A city, "quoted" \u2028 and é😀', minLength: 1},
    unit: {type: 'string', enum: ['°C', '°F', null]},
    days: {type: 'array', items: {$ref: '#/$defs/day'}, maxItems: 7},
    more: {anyOf: [{type: 'null'}, {type: 'object', additionalProperties: {type: 'number'}}]},
  },
  required: ['city'],
  additionalProperties: false,
  $defs: {day: {type: 'object', properties: {at: {type: 'string', format: 'date'}}}},
};

function tool(name, more = {}) {
  return {type: 'function', function: {name, ...more}};
}

function ask(tools, options = {}) {
  return {model: 'opus', messages: [{role: 'user', content: 'Weather?'}], tools, ...options};
}

const WEATHER = tool('get_weather', {description: 'Tells it.\n', parameters: SCHEMA});
const TIME = tool('get_time');

/** The calls that the deltas of a stream make up, by index. */
function joined(chunks) {
  const list = [];
  for (const delta of chunks.flatMap(chunk => chunk.choices[0]?.delta.tool_calls ?? [])) {
    const call = list[delta.index] ??= {...delta, function: {name: '', arguments: ''}};
    call.function.name += delta.function.name ?? '';
    call.function.arguments += delta.function.arguments ?? '';
  }
  return list;
}

test('what the model is offered', LIMIT, async () => {
  const asked = upstream.script(calls(['get_weather', '{"city":"Paris"}']));
  await client.chat.completions.create(ask([
    {...WEATHER, function: {...WEATHER.function, strict: true}}, TIME,
    tool('empty', {parameters: {}}),
  ]));
  const {tools, tool_choice} = (await asked).body;
  const none = {type: 'object', properties: {}};
  // The CLI has them in the order of their names.
  assert.deepEqual(tools.map(({cache_control, ...offer}) => offer), [
    {name: toolName('empty'), description: '', input_schema: none},
    {name: toolName('get_time'), description: '', input_schema: none},
    {name: toolName('get_weather'), description: 'Tells it.\n', input_schema: SCHEMA},
  ]);
  assert.equal(tool_choice, undefined);
});

test('a call in a whole answer', LIMIT, async () => {
  upstream.script(calls(['get_weather', '{"city": "Paris",  "days":[]}']));
  const {choices: [choice]} = await client.chat.completions.create(ask([WEATHER]));
  assert.equal(choice.finish_reason, 'tool_calls');
  const [{id, ...call}, ...others] = choice.message.tool_calls;
  assert.match(id, CALL_ID);
  assert.deepEqual(call, {
    type: 'function',
    function: {name: 'get_weather', arguments: '{"city": "Paris",  "days":[]}'},
  });
  assert.deepEqual(others, []);
  assert.equal(choice.message.content, null);
});

const TALK = turn => {
  turn.begin();
  turn.text('Let me', ' see.');
  turn.call(toolName('get_weather'), toolId(1), '{"city":', '"Paris"}');
  turn.call(toolName('get_time'), toolId(2));
  turn.call(toolName('get_weather'), toolId(3), '', '{"city":"Rome"}');
  turn.end('tool_use');
};

test('text, then parallel calls: streamed, whole and with the helper', LIMIT, async () => {
  upstream.script(TALK, TALK, TALK);
  const chunks = await all(await client.chat.completions.create(
    ask([WEATHER, TIME], {stream: true})));
  const streamed = joined(chunks);
  assert.deepEqual(streamed.map(call => [call.type, call.function.name, call.function.arguments]), [
    ['function', 'get_weather', '{"city":"Paris"}'],
    ['function', 'get_time', '{}'],
    ['function', 'get_weather', '{"city":"Rome"}'],
  ]);
  assert.equal(new Set(streamed.map(call => call.id)).size, 3);
  for (const {id} of streamed) assert.match(id, CALL_ID);
  assert.equal(chunks.map(chunk => chunk.choices[0].delta.content ?? '').join(''), 'Let me see.');
  assert.deepEqual(chunks.flatMap(chunk => chunk.choices[0].finish_reason ?? []), ['tool_calls']);

  const {choices: [whole]} = await client.chat.completions.create(ask([WEATHER, TIME]));
  const plain = streamed.map(({index, ...call}) => call);
  assert.deepEqual(whole.message.tool_calls, plain);
  assert.equal(whole.message.content, 'Let me see.');
  assert.equal(whole.finish_reason, 'tool_calls');

  const final = await client.chat.completions.stream(ask([WEATHER, TIME])).finalChatCompletion();
  assert.deepEqual(final.choices[0].message.tool_calls.map(({id, function: {name}}) => [id, name]),
    plain.map(({id, function: {name}}) => [id, name]));
});

test('arguments go through as they are written', LIMIT, async () => {
  const doors = [gate(), gate()];
  const pieces = ['{"ci', 'ty":"Pa', 'ris"}'];
  upstream.script(async turn => {
    turn.begin();
    turn.call(toolName('get_weather'), toolId(1), pieces[0]);
    await turn.pass(doors[0]);
    turn.args(pieces[1]);
    await turn.pass(doors[1]);
    turn.args(pieces[2]);
    turn.end('tool_use');
  });
  const seen = [];
  for await (const {choices: [{delta}]} of
    await client.chat.completions.create(ask([WEATHER], {stream: true}))) {
    seen.push(...(delta.tool_calls ?? []).flatMap(call => call.function.arguments || []));
    if (seen.length > 0) doors[seen.length - 1]?.open();
  }
  assert.deepEqual(seen, pieces);
});

const LENGTHY = 'x'.repeat(64);
const ODD = [
  'weather.get', 'weather get', 'météo', '天気', '😀', 'a/b:c', '_leading', '-', 'mcp__c__x',
  LENGTHY, `${LENGTHY}y`, `${LENGTHY}z`, 'weather_get', 'StructuredOutput', 'Bash', 'WEATHER_GET',
  'constructor', '__proto__', 'quote"and\\slash',
];

test('names that the CLI cannot carry come back as they were', LIMIT, async () => {
  const asked = upstream.script(turn => {
    turn.begin();
    turn.body.tools.forEach(({name}, i) => turn.call(name, toolId(i), `{"i":${i}}`));
    turn.end('tool_use');
  });
  const tools = ODD.map((name, i) => tool(name, {description: `Tool ${i}.`}));
  const {choices: [{message}]} = await client.chat.completions.create(ask(tools));
  const offered = (await asked).body.tools;
  assert.equal(new Set(offered.map(({name}) => name)).size, ODD.length);
  for (const {name} of offered) assert.match(name, /^mcp__c__[A-Za-z0-9_-]{1,56}$/);
  // The model chooses by the description: each must still be its own tool's.
  const expected = offered.map(({description}) => ODD[Number(/\d+/.exec(description)[0])]);
  assert.deepEqual(message.tool_calls.map(call => call.function.name), expected);
  assert.deepEqual([...expected].sort(), [...ODD].sort());
});

test('a child that waits for its tools is ended without a further request', LONG, async () => {
  const before = upstream.requests.length;
  for (let round = 0; round < 6; round++) {
    upstream.script(TALK, TALK, TALK, TALK);
    await Promise.all(Array.from({length: 4}, () =>
      client.chat.completions.create(ask([WEATHER, TIME]))));
    await until(() => stack.children().length === 0, GONE_MS, 'the children have ended');
  }
  const more = upstream.requests.slice(before)
    .filter(({body}) => body.messages.some(message => message.role === 'assistant'));
  assert.deepEqual(more.map(({body}) => turnsOf(body)), []);
});

/** Before it is ended the CLI may still tell the model that its call was wrong. */
function scriptWrong(play) {
  upstream.otherwise = turn => (turn.body.messages.some(message => message.role === 'assistant')
    ? says(UNASKED) : play)(turn);
}

test('a call that the length limit cuts off', LIMIT, async () => {
  scriptWrong(turn => {
    turn.begin();
    turn.call(toolName('get_weather'), toolId(1), '{"city":"Pa');
    turn.end('max_tokens');
  });
  const {choices: [choice]} = await client.chat.completions.create(ask([WEATHER]));
  assert.equal(choice.finish_reason, 'length');
  assert.equal(choice.message.tool_calls[0].function.arguments, '{"city":"Pa');
  assert.equal(choice.message.content, null);
});

/** A call by a name that was not offered in these words. */
function callsBy(name) {
  return turn => {
    turn.begin();
    turn.call(name, toolId(1), '{"city":"Oslo"}');
    turn.end('tool_use');
  };
}

for (const name of ['get_weather', 'mcp__c__mcp__c__get_weather', 'functions.get_weather']) {
  test(`a call by the name ${name}`, LIMIT, async () => {
    scriptWrong(callsBy(name));
    const {choices: [choice]} = await client.chat.completions.create(ask([WEATHER]));
    assert.equal(choice.finish_reason, 'tool_calls');
    assert.deepEqual(choice.message.tool_calls.map(call => call.function),
      [{name: 'get_weather', arguments: '{"city":"Oslo"}'}]);
    upstream.otherwise = null;
  });
}

for (const name of ['Bash', 'Read', 'StructuredOutput', 'mcp__c__get_time']) {
  test(`no tool but the client's: ${name}`, LIMIT, async () => {
    const told = upstream.script(callsBy(name), says('Then I cannot.'));
    const {choices: [choice]} = await client.chat.completions.create(ask([WEATHER]));
    assert.deepEqual([choice.finish_reason, choice.message.content, choice.message.tool_calls],
      ['stop', 'Then I cannot.', undefined]);
    const [result] = blocksOf((await told).body).at(-1)[1];
    assert.equal(result.is_error, true);
    assert.match(result.content, /No such tool available/);
  });
}

test('a schema that the API does not take', LIMIT, async () => {
  upstream.otherwise = says(UNASKED);
  for (const parameters of [{type: 'string'}, {type: ['array', 'null']},
    {type: 'object', properties: {a: {type: 'no such type'}}}]) {
    const res = await post(stack, '/v1/chat/completions',
      JSON.stringify(ask([TIME, tool('other', {parameters})])));
    assert.equal(errorOf(res, 400).param, 'tools[1].function.parameters');
  }
});
