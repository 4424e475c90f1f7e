// Schemas of tools that Anthropic's API would not take as they are written.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {leasesOf} from '../lib/kept.mjs';
import {until} from '../lib/proc.mjs';
import {LIMIT, all, errorOf, post, startReal} from '../lib/real.mjs';
import {UNASKED, blocksOf, calls, says, toolId, toolName} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal({keeps: true});
const FIT = /^[a-zA-Z0-9_.-]{1,64}$/;
const NAMES = ['$filter', 'filter[id]', '@type', 'a b', 'größe', 'p'.repeat(65), '', '__proto__',
  '_filter'];
const LIST = {
  type: 'object', required: ['$filter'],
  properties: Object.fromEntries(NAMES.map(name => [name, {type: 'string'}])),
  anyOf: [{properties: {'or else': {type: 'string'}}}, {required: ['@type']}],
};
LIST.properties.of = {type: 'array', items: {$ref: '#'}};

const chatTools = parameters => [{type: 'function', function: {name: 'list', parameters}}];

/** Arguments by the names that the model was told, for those that the client has. */
function toldOf({input_schema: {properties}}) {
  const told = Object.keys(properties);
  for (const name of told) assert.match(name, FIT);
  return given => told.find(name => (properties[name].title ?? name) === given);
}

/** Calls list with three names, one of them in an object that is described by the root. */
function callsList(seen) {
  return turn => {
    const tool = turn.body.tools.find(({name}) => name === toolName('list'));
    const told = toldOf(tool);
    seen.push(tool.input_schema);
    turn.begin();
    turn.call(tool.name, toolId(1), '{', `"${told('$filter')}":"x",`, '"of":[{"',
      `${told('größe')}":1,"$other":12345678901234567890}],"${told('or else')}":""}`);
    turn.end('tool_use');
  };
}

const GIVEN = '{"$filter":"x","of":[{"größe":1,"$other":12345678901234567890}],"or else":""}';

/** The call of the history, which a new child is told by the names of the first. */
function checkCall({body}, seen) {
  const [, [, [use]]] = blocksOf(body);
  const told = toldOf({input_schema: seen[0]});
  assert.deepEqual(Object.keys(use.input), [told('$filter'), 'of', told('or else')]);
  assert.deepEqual(Object.keys(use.input.of[0]), [told('größe'), '$other']);
}

test('names of properties, streamed by chat and sent back', LIMIT, async () => {
  const seen = [];
  const user = {role: 'user', content: 'List.'};
  upstream.script(callsList(seen));
  const chunks = await all(await client.chat.completions.create(
    {model: 'opus', messages: [user], tools: chatTools(LIST), stream: true}));
  const deltas = chunks.flatMap(chunk => chunk.choices[0]?.delta.tool_calls ?? []);
  assert.equal(deltas.map(call => call.function.arguments).join(''), GIVEN);
  assert.equal(Object.keys(seen[0].properties).length, NAMES.length + 2);
  const call = {id: deltas[0].id, type: 'function', function: {name: 'list', arguments: GIVEN}};
  const messages = [user, {role: 'assistant', content: null, tool_calls: [call]},
    {role: 'tool', tool_call_id: call.id, content: 'none'}];
  for (const content of ['', [{type: 'text', text: 'And now?'}]]) {
    const asked = upstream.script(says('Done.'));
    // The child waits for the result alone; with more beside it another is told the history.
    const list = content === '' ? messages : [...messages, {role: 'user', content}];
    const {choices} = await client.chat.completions.create(
      {model: 'opus', messages: list, tools: chatTools(LIST)});
    assert.equal(choices[0].message.content, 'Done.');
    checkCall(await asked, seen);
  }
  await until(() => leasesOf(stack).length === 3, 5000, 'all is in the log');
  assert.deepEqual(leasesOf(stack), ['cold', 'continued', 'cold']);
});

test('names of properties over responses', LIMIT, async () => {
  const seen = [];
  const user = {role: 'user', content: 'List.'};
  const tools = [{type: 'function', name: 'list', parameters: LIST, strict: false}];
  upstream.script(callsList(seen));
  const {output} = await client.responses.stream({model: 'opus', input: [user], tools})
    .finalResponse();
  assert.deepEqual(output.map(item => item.arguments), [GIVEN]);
  const asked = upstream.script(says('Done.'));
  const second = await client.responses.create({model: 'opus', tools, input: [user, ...output,
    {type: 'function_call_output', call_id: output[0].call_id, output: 'none'}]});
  assert.equal(second.output_text, 'Done.');
  checkCall(await asked, seen);
});

test('older spellings', LIMIT, async () => {
  const asked = upstream.script(calls(['list', '{"at":[1,2]}']));
  await client.chat.completions.create({
    model: 'opus', messages: [{role: 'user', content: 'List.'}], tools: chatTools({
      $schema: 'http://json-schema.org/draft-04/schema#', type: ['object', 'null'], required: null,
      properties: {
        at: {type: 'array', items: [{type: 'NUMBER'}, {}], additionalItems: false, required: true},
        n: {type: 'number', minimum: 0, exclusiveMinimum: true, description: null},
      },
    }),
  });
  assert.deepEqual((await asked).body.tools[0].input_schema, {
    type: 'object', required: ['at'],
    properties: {
      at: {type: 'array', prefixItems: [{type: 'number'}, {}], items: false},
      n: {type: 'number', exclusiveMinimum: 0},
    },
  });
});

test('one bad tool among many is named, and a child is not asked for it', LIMIT, async () => {
  upstream.otherwise = says(UNASKED);
  const before = upstream.requests.length;
  const some = Array.from({length: 20}, (_, i) => ({type: 'function', name: `f${i}`}));
  some[13].parameters = {type: 'object', properties: {a: {type: 'int'}}};
  for (const [path, tools, param] of [
    ['/v1/chat/completions', some.map(({type, ...rest}) => ({type, function: rest})),
      'tools[13].function.parameters'],
    ['/v1/responses', some, 'tools[13].parameters'],
  ]) {
    const body = {model: 'opus', tools, messages: [{role: 'user', content: 'a'}], input: 'a'};
    if (path.endsWith('responses')) delete body.messages;
    else delete body.input;
    const error = errorOf(await post(stack, path, JSON.stringify(body)), 400);
    assert.equal(error.param, param);
    assert.match(error.message, /'type' in properties\.a must be/);
  }
  assert.equal(upstream.requests.length, before);
  upstream.otherwise = null;
});
