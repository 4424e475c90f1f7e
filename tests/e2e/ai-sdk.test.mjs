// The AI SDK over both endpoints: tools over two steps, streams, objects.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createOpenAI} from '@ai-sdk/openai';
import {Output, generateText, stepCountIs, streamText, tool} from 'ai';
import {z} from 'zod';
import {LIMIT, all, startReal} from '../lib/real.mjs';
import {
  OUTPUT_TOKENS, blocksOf, calls, gate, refuses, says, structured, toolId, toolName,
} from '../lib/upstream.mjs';

const {stack, upstream} = await startReal();
const openai = createOpenAI({baseURL: stack.baseURL, apiKey: stack.key});
const MODELS = {responses: openai('opus'), chat: openai.chat('opus')};

const Recipe = z.object({name: z.string(), steps: z.array(z.string())});
const SOUP = {name: 'Soup', steps: ['boil', 'é😀']};
const text = t => ({type: 'text', text: t});

/** What generateText and streamText are asked, and what the tool was called with. */
function weather() {
  const cities = [];
  return {cities, tools: {'get-weather': tool({
    description: 'Tells it.', inputSchema: z.object({city: z.string().describe('where')}),
    execute: async ({city}) => {
      cities.push(city);
      return {city, degrees: 20};
    },
  })}};
}

function scriptTwoSteps() {
  return [
    upstream.script(turn => {
      turn.begin();
      turn.thinking('which?');
      turn.text('I look.');
      turn.call(toolName('get-weather'), toolId(1), '{"city":', '"Paris"}');
      turn.call(toolName('get-weather'), toolId(2), '{"city":"Rome"}');
      turn.end('tool_use');
    }),
    upstream.script(says('Both', ' 20.')),
  ];
}

async function assertTwoSteps(asked, cities, more) {
  assert.deepEqual(cities, ['Paris', 'Rome']);
  const [first, second] = await Promise.all(asked);
  const {name, description, input_schema: {$schema, ...schema}} = first.body.tools[0];
  assert.equal(name, toolName('get-weather'));
  assert.equal(description, 'Tells it.');
  assert.deepEqual(schema, {type: 'object', additionalProperties: false, required: ['city'],
    properties: {city: {type: 'string', description: 'where'}}});
  const [asking, [role, said], [, told], ...rest] = blocksOf(second.body);
  assert.deepEqual(asking, ['user', [text('Where is it warm?')]]);
  assert.equal(role, 'assistant');
  assert.deepEqual(said.filter(({type}) => type === 'text'), [text('I look.')]);
  const uses = said.filter(({type}) => type === 'tool_use');
  assert.deepEqual(uses.map(({input}) => input), [{city: 'Paris'}, {city: 'Rome'}]);
  assert.deepEqual(told.map(({type, tool_use_id, content}) =>
    [type, tool_use_id, JSON.parse(content[0].text)]), uses.map(({id, input: {city}}) =>
    ['tool_result', id, {city, degrees: 20}]));
  assert.deepEqual(rest, []);
  assert.deepEqual(more, ['Both 20.', 'stop', 2, 2 * OUTPUT_TOKENS]);
}

// Without it the SDK refers to items of the answer instead of repeating them.
const NOT_STORED = {openai: {store: false}};

for (const [name, model] of Object.entries(MODELS)) {
  const prompt = 'Where is it warm?';
  const options = {
    model, prompt, maxRetries: 0, stopWhen: stepCountIs(3), providerOptions: NOT_STORED,
  };

  test(`${name}: generateText with a tool`, LIMIT, async () => {
    const {cities, tools} = weather();
    const asked = scriptTwoSteps();
    const result = await generateText({...options, tools});
    await assertTwoSteps(asked, cities, [result.text, result.finishReason, result.steps.length,
      result.usage.outputTokens]);
    assert.deepEqual(result.steps.map(step => step.finishReason), ['tool-calls', 'stop']);
  });

  test(`${name}: streamText with a tool`, LIMIT, async () => {
    const {cities, tools} = weather();
    const asked = scriptTwoSteps();
    const result = streamText({...options, tools});
    const parts = await all(result.fullStream ?? result.stream);
    assert.deepEqual(parts.filter(({type}) => type === 'error'), []);
    assert.equal(parts.filter(({type}) => type === 'tool-call').length, 2);
    await assertTwoSteps(asked, cities, [await result.text, await result.finishReason,
      (await result.steps).length, (await result.usage).outputTokens]);
  });

  test(`${name}: an object by a zod schema, whole and streamed`, LIMIT, async () => {
    const asked = [upstream.script(structured(JSON.stringify(SOUP))),
      upstream.script(structured(...JSON.stringify(SOUP).match(/.{1,9}/gsu)))];
    const output = Output.object({schema: Recipe});
    const whole = await generateText({...options, output});
    assert.deepEqual(whole.output, SOUP);
    const streamed = streamText({...options, output});
    const partial = await all(streamed.partialOutputStream);
    assert.deepEqual(partial.at(-1), SOUP);
    assert.ok(partial.length > 1, 'it came at once');
    for (const {body} of await Promise.all(asked))
      assert.deepEqual(Object.keys(body.tools[0].input_schema.properties), ['name', 'steps']);
  });

  test(`${name}: settings, a system prompt, a picture`, LIMIT, async () => {
    const image = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
    const asked = upstream.script(says('A dot.'));
    const {text: said, warnings} = await generateText({
      model, maxRetries: 0, maxOutputTokens: 55, instructions: 'Be brief.',
      messages: [{role: 'user', content: [text('What?'),
        {type: 'file', data: new Uint8Array(image), mediaType: 'image/gif'}]}],
    });
    assert.equal(said, 'A dot.', JSON.stringify(warnings));
    const {body} = await asked;
    assert.equal(body.max_tokens, 55);
    assert.ok(body.system.some(block => block.text === 'Be brief.'));
    assert.equal(blocksOf(body)[0][1][1].source.data, image.toString('base64'));
  });

  test(`${name}: an error is one`, LIMIT, async () => {
    upstream.script(refuses(429, 'rate_limit_error', 'not so fast'));
    await assert.rejects(generateText(options), err => err.statusCode === 429);
  });
}

test('responses: a text that the SDK refers to is not lost in silence', LIMIT, async () => {
  upstream.script(says('Your name is Ada.'));
  const query = {model: MODELS.responses, maxRetries: 0};
  const first = await generateText({...query, prompt: 'I am Ada.'});
  upstream.otherwise = says('Ada.');
  const before = upstream.requests.length;
  const messages = [{role: 'user', content: 'I am Ada.'}, ...first.response.messages,
    {role: 'user', content: 'Who am I?'}];
  const error = await generateText({...query, messages}).then(() => null, err => err);
  upstream.otherwise = null;
  if (error) {
    assert.equal(error.statusCode, 400);
    assert.match(JSON.parse(error.responseBody).error.param, /^input\[1\]/);
    return;
  }
  assert.deepEqual(blocksOf(upstream.requests[before].body)[1],
    ['assistant', [text('Your name is Ada.')]]);
});

test('responses: thoughts are sent back with the tool results', LIMIT, async () => {
  const {tools} = weather();
  const asked = [
    upstream.script(turn => {
      turn.begin();
      turn.thinking('which?', 'c2lnbmVk');
      turn.call(toolName('get-weather'), toolId(1), '{"city":"Paris"}');
      turn.end('tool_use');
    }),
    upstream.script(says('Warm.')),
  ];
  const result = await generateText({
    model: MODELS.responses, prompt: 'Where?', maxRetries: 0, tools, stopWhen: stepCountIs(3),
    providerOptions: {openai: {store: false, reasoningSummary: 'auto', forceReasoning: true,
      include: ['reasoning.encrypted_content']}},
  });
  assert.equal(result.text, 'Warm.');
  assert.equal(result.steps[0].reasoningText, 'which?');
  const {body} = await asked[1];
  assert.deepEqual(blocksOf(body)[1][1][0],
    {type: 'thinking', thinking: 'which?', signature: 'c2lnbmVk'});
});

for (const [api, model] of Object.entries(MODELS)) {
  test(`${api}: a stream that fails half-way is seen to fail`, LIMIT, async () => {
    const seen = gate();
    upstream.script(async turn => {
      turn.begin();
      turn.text('Half an');
      await turn.pass(seen);
      turn.fail('overloaded_error', 'Overloaded');
    });
    const errors = [], reasons = [];
    const {fullStream} = streamText({model, prompt: 'Hi', maxRetries: 0, onError: () => {}});
    for await (const part of fullStream) {
      if (part.type === 'text-delta') seen.open();
      if (part.type === 'error') errors.push(part.error);
      if (part.type === 'finish') reasons.push(part.finishReason);
    }
    assert.equal(errors.length, 1);
    assert.match(JSON.stringify(errors[0]) + String(errors[0]), /overloaded/i);
    assert.ok(reasons.every(reason => reason === 'error'), reasons.join());
  });
}
