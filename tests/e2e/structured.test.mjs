// Answers that follow a schema: what the client parses is what the model wrote.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createOpenAI} from '@ai-sdk/openai';
import {Output, generateText} from 'ai';
import {zodResponseFormat, zodTextFormat} from 'openai/helpers/zod';
import {z} from 'zod';
import {GONE_MS, LIMIT, all, errorOf, post, startReal} from '../lib/real.mjs';
import {until} from '../lib/proc.mjs';
import {UNASKED, gate, says, stops, structured, toolId} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal();
const HI = [{role: 'user', content: 'Who?'}];
const Person = z.object({
  name: z.string().describe('in full'), age: z.number().nullable(),
  tags: z.array(z.enum(['a', 'b'])), home: z.object({city: z.string()}),
});
const ADA = {name: 'Ada "L" \u2028é😀', age: 36, tags: ['a', 'b'], home: {city: 'London'}};
const PIECES = JSON.stringify(ADA).match(/.{1,7}/gsu);

const chat = options => ({
  model: 'opus', messages: HI, response_format: zodResponseFormat(Person, 'person'), ...options});
const items = options => ({
  model: 'opus', input: 'Who?', text: {format: zodTextFormat(Person, 'person')}, ...options});

/** The schema as the model got it. */
function schemaIn(body) {
  assert.equal(body.tools.length, 1);
  const {$schema, ...schema} = body.tools[0].input_schema;
  return schema;
}

test('chat.completions.parse with zod', LIMIT, async () => {
  const asked = upstream.script(structured(...PIECES));
  const {choices: [{message, finish_reason}]} = await client.chat.completions.parse(chat());
  assert.deepEqual(message.parsed, ADA);
  assert.equal(message.content, PIECES.join(''));
  assert.equal(message.refusal, null);
  assert.equal(message.tool_calls?.length ?? 0, 0);
  assert.equal(finish_reason, 'stop');
  const {$schema, ...sent} = chat().response_format.json_schema.schema;
  assert.deepEqual(schemaIn((await asked).body), sent);
});

test('responses.parse with zod', LIMIT, async () => {
  const asked = upstream.script(structured(...PIECES));
  const response = await client.responses.parse(items());
  assert.deepEqual(response.output_parsed, ADA);
  assert.equal(response.status, 'completed');
  assert.deepEqual(response.output.map(({type}) => type), ['message']);
  assert.deepEqual(response.text.format, JSON.parse(JSON.stringify(items().text.format)));
  const {$schema, ...sent} = items().text.format.schema;
  assert.deepEqual(schemaIn((await asked).body), sent);
});

test('the pieces go through as they are written', LIMIT, async () => {
  const door = gate();
  upstream.script(async turn => {
    turn.begin();
    turn.thinking('hm');
    turn.text('Here it is.');
    turn.call('StructuredOutput', toolId(1), PIECES[0]);
    await turn.pass(door);
    turn.args(...PIECES.slice(1));
    turn.end('tool_use');
  }, structured(...PIECES));
  const seen = [];
  const ends = [];
  for await (const {choices: [choice]} of
    await client.chat.completions.create(chat({stream: true}))) {
    if (choice.delta.content) door.open();
    if (choice.delta.content) seen.push(choice.delta.content);
    if (choice.finish_reason) ends.push(choice.finish_reason);
    assert.equal(choice.delta.tool_calls, undefined);
  }
  assert.deepEqual(seen, PIECES);
  assert.deepEqual(ends, ['stop']);
  const final = await client.responses.stream(items()).finalResponse();
  assert.deepEqual(final.output_parsed, ADA);
});

const Trip = z.object({
  from: z.string().meta({example: 'Oslo', description: 'a city'}),
  stops: z.tuple([z.string(), z.number()]), price: z.number().positive().nullable(),
  code: z.string().regex(/^[A-Z]\d-/),
});
const TRIP = {from: 'Rome', stops: ['Bern', 2], price: null, code: 'A1-'};
const TUPLE = {items: [{type: 'string'}, {type: 'number'}]};

/** What of Trip the model is told: without $schema and example, and the tuple apart. */
function checkTrip({body: {tools: [{input_schema: told}]}}) {
  assert.deepEqual(told.properties.from, {type: 'string', description: 'a city'});
  assert.equal(told.properties.code.pattern, '^[A-Z]\\d-');
  assert.deepEqual(told.required, ['from', 'stops', 'price', 'code']);
  assert.equal(told.$schema, undefined);
  assert.equal(told.properties.stops.$ref, '#/$defs/tuples/examples/0');
  assert.deepEqual(told.$defs.tuples.examples[0].items, TUPLE.items);
}

test('z.toJSONSchema as it comes', LIMIT, async () => {
  const schema = z.toJSONSchema(Trip);
  assert.match(schema.$schema, /2020-12/);
  assert.equal(schema.properties.from.example, 'Oslo');
  const asked = [upstream.script(structured(JSON.stringify(TRIP))),
    upstream.script(structured(JSON.stringify(TRIP)))];
  const {data, response} = await client.chat.completions.create(chat({response_format:
    {type: 'json_schema', json_schema: {name: 'trip', strict: true, schema}}})).withResponse();
  assert.deepEqual(Trip.parse(JSON.parse(data.choices[0].message.content)), TRIP);
  assert.equal(response.headers.get('x-proxy-ignored'), null);
  const {output_text} = await client.responses.create(items({text:
    {format: {type: 'json_schema', name: 'trip', strict: true, schema}}}));
  assert.deepEqual(Trip.parse(JSON.parse(output_text)), TRIP);
  (await Promise.all(asked)).forEach(checkTrip);
});

test('the AI SDK with metadata', LIMIT, async () => {
  const openai = createOpenAI({baseURL: stack.baseURL, apiKey: stack.key});
  for (const model of [openai.chat('opus'), openai.responses('opus')]) {
    const asked = upstream.script(structured(JSON.stringify(TRIP)));
    const {output} = await generateText({
      model, prompt: 'Where?', output: Output.object({schema: Trip}), maxRetries: 0});
    assert.deepEqual(output, TRIP);
    checkTrip(await asked);
  }
});

test('what draft-07 cannot say is named, and the rest is followed', LIMIT, async () => {
  const schema = {
    anyOf: [{type: 'OBJECT', required: ['a b']}], 'x-order': 1,
    properties: {'a b': {type: 'STRING', nullable: true}, c: {pattern: '\\Ax++'}},
  };
  const asked = upstream.script(structured('{"c":"x"}'), structured('{"a b":null,', '"c":"x"}'));
  const {data, response} = await client.chat.completions.create(chat({response_format:
    {type: 'json_object', schema}})).withResponse();
  assert.equal(data.choices[0].message.content, '{"a b":null,"c":"x"}');
  assert.equal(response.headers.get('x-proxy-ignored'),
    'response_format.schema.properties.c.pattern');
  const {body} = await asked;
  assert.equal(body.tools[0].input_schema.type, 'object');
  assert.equal(body.tools[0].input_schema.anyOf, undefined);
});

test('json_object is any object', LIMIT, async () => {
  const asked = upstream.script(structured('{"any":', '[1]}'), structured('{"any":', '[1]}'));
  const completion = await client.chat.completions.create(
    chat({response_format: {type: 'json_object'}}));
  assert.equal(completion.choices[0].message.content, '{"any":[1]}');
  const response = await client.responses.create(items({text: {format: {type: 'json_object'}}}));
  assert.equal(response.output_text, '{"any":[1]}');
  assert.deepEqual(schemaIn((await asked).body), {type: 'object'});
});

test('with functions beside it', LIMIT, async () => {
  const tools = [{type: 'function', function: {name: 'look', parameters: {type: 'object'}}}];
  upstream.script(turn => {
    turn.begin();
    turn.call('mcp__c__look', toolId(1), '{}');
    turn.end('tool_use');
  });
  const {choices: [first]} = await client.chat.completions.create(chat({tools}));
  assert.equal(first.finish_reason, 'tool_calls');
  upstream.script(structured(...PIECES));
  const {choices: [second]} = await client.chat.completions.create(chat({tools, messages: [...HI,
    first.message, {role: 'tool', tool_call_id: first.message.tool_calls[0].id, content: 'Ada'}]}));
  assert.equal(second.message.content, PIECES.join(''));
  assert.equal(second.finish_reason, 'stop');
});

test('a refusal is one', LIMIT, async () => {
  const refuse = stops('refusal', 'I would rather not.');
  /* Before it is ended the CLI may still have the model go on: that takes no refusal away. */
  upstream.otherwise = turn => (turn.body.messages.some(({role}) => role === 'assistant')
    ? says('x') : refuse)(turn);
  const {choices: [{message, finish_reason}]} = await client.chat.completions.parse(chat());
  assert.equal(message.parsed, null);
  assert.ok(message.refusal.length > 0);
  assert.equal(message.content, null);
  assert.equal(finish_reason, 'stop');
  const streamed = await client.chat.completions.stream(chat()).finalChatCompletion();
  assert.equal(streamed.choices[0].message.refusal, message.refusal);
  const response = await client.responses.parse(items());
  assert.equal(response.output_parsed, null);
  assert.equal(response.status, 'completed');
  assert.deepEqual(response.output.flatMap(item => item.content),
    [{type: 'refusal', refusal: message.refusal}]);
  const final = await client.responses.stream(items()).finalResponse();
  assert.deepEqual(final.output.flatMap(({content}) => content.map(({type}) => type)), ['refusal']);
  await until(() => stack.children().length === 0, GONE_MS, 'the child has ended');
  upstream.otherwise = null;
});

test('an answer that the length limit cuts off', LIMIT, async () => {
  const cut = turn => {
    turn.begin();
    turn.call('StructuredOutput', toolId(1), PIECES[0]);
    turn.end('max_tokens');
  };
  upstream.otherwise = turn => (turn.body.messages.some(({role}) => role === 'assistant')
    ? says('x') : cut)(turn);
  const {choices: [choice]} = await client.chat.completions.create(chat());
  assert.equal(choice.finish_reason, 'length');
  assert.equal(choice.message.content, PIECES[0]);
  await until(() => stack.children().length === 0, GONE_MS, 'the child has ended');
  upstream.otherwise = null;
});

test('text at first, and the answer when the CLI asks for it', LIMIT, async () => {
  upstream.script(says('Ada, of course.'), structured(...PIECES));
  const {choices: [{message}]} = await client.chat.completions.parse(chat());
  assert.deepEqual(message.parsed, ADA);
});

test('a first attempt that does not fit is never the answer', LIMIT, async () => {
  upstream.script(structured('{"name":5}'), structured(...PIECES));
  const {choices: [{message}]} = await client.chat.completions.parse(chat());
  assert.deepEqual(message.parsed, ADA);
  upstream.script(structured('{"name":5}'), structured(...PIECES));
  await assert.rejects(async () => all(
    await client.chat.completions.create(chat({stream: true}))), /does not fit the schema/);
});

test('a model that never follows the schema', LIMIT, async () => {
  upstream.otherwise = says('I would rather not.');
  for (const [path, body, param] of [['/v1/chat/completions', chat(), 'response_format'],
    ['/v1/responses', items(), 'text.format']])
    assert.equal(errorOf(await post(stack, path, JSON.stringify(body)), 400).param, param);
  upstream.otherwise = null;
});

test('formats that nobody can follow', LIMIT, async () => {
  const schema = s => ({type: 'json_schema', json_schema: {name: 'x', schema: s}});
  const faults = [];
  upstream.otherwise = says(UNASKED);
  for (const format of [
    schema({type: 'no such type'}), schema({$ref: '#/$defs/none'}), schema({required: 5}),
    schema({type: 'array', items: {type: 'string'}}), schema({type: 'string'}),
    schema({properties: {a: {$ref: '#/properties/a'}}}), schema(5),
    {type: 'xml'}, {}, 'json_object', 5,
  ]) {
    const {status, text} = await post(stack, '/v1/chat/completions',
      JSON.stringify(chat({response_format: format})));
    const {error} = JSON.parse(text);
    if (status !== 400 || !/^response_format\b/.test(error.param))
      faults.push(`${JSON.stringify(format)}: ${status} ${error?.param} ${error?.message}`);
  }
  assert.deepEqual(faults, []);
  const res = await post(stack, '/v1/responses', JSON.stringify(
    items({text: {format: {type: 'json_schema', name: 'x', schema: {type: 'no such type'}}}})));
  assert.equal(errorOf(res, 400).param, 'text.format.schema.type');
});
