// How hard the model thinks, and what the client gets to see of it.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, all, errorOf, post, startReal} from '../lib/real.mjs';
import {blocksOf, calls, gate, says, toolName} from '../lib/upstream.mjs';

/** Effort and thinking are each request's own, whatever the operator's shell has for the CLI. */
const env = {CLAUDE_CODE_EFFORT_LEVEL: 'max', MAX_THINKING_TOKENS: '0'};

const {stack, upstream, client} = await startReal({env});
const THOUGHT = 'First, "3";\n then 4.';
const SIGNATURE = 'c2lnbmVk+/abc==';
const HI = [{role: 'user', content: 'Hi'}];

const think = turn => {
  turn.begin();
  turn.thinking(THOUGHT, SIGNATURE);
  turn.text('Seven');
  turn.end();
};

const EFFORTS = {
  minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'xhigh', max: 'max',
};

for (const [effort, expected] of Object.entries(EFFORTS)) {
  test(`effort ${effort}`, LIMIT, async () => {
    const asked = [upstream.script(says('Hi')), upstream.script(says('Hi'))];
    await client.chat.completions.create(
      {model: 'opus', messages: HI, reasoning_effort: effort});
    const response =
      await client.responses.create({model: 'opus', input: 'Hi', reasoning: {effort}});
    assert.equal(response.reasoning.effort, effort);
    for (const {body} of await Promise.all(asked)) {
      assert.equal(body.output_config.effort, expected);
      assert.equal(body.thinking.type, 'adaptive');
      assert.equal(body.thinking.display, 'summarized');
    }
  });
}

test('no effort asked for is not the one of the environment', LIMIT, async () => {
  const asked = upstream.script(says('Hi'));
  await client.chat.completions.create({model: 'opus', messages: HI});
  const {body} = await asked;
  assert.notEqual(body.output_config?.effort, 'max');
  assert.equal(body.thinking.type, 'adaptive');
});

test('none is no thinking at all', LIMIT, async () => {
  const asked = [upstream.script(says('Hi')), upstream.script(says('Hi'))];
  await client.chat.completions.create({model: 'opus', messages: HI, reasoning_effort: 'none'});
  await client.responses.create({model: 'opus', input: 'Hi', reasoning: {effort: 'none'}});
  for (const {body} of await Promise.all(asked)) assert.ok(!body.thinking, 'it may think');
});

test('an effort that there is not', LIMIT, async () => {
  for (const effort of ['huge', '', 5, {}]) {
    let res = await post(stack, '/v1/chat/completions',
      JSON.stringify({messages: HI, reasoning_effort: effort}));
    assert.equal(errorOf(res, 400).param, 'reasoning_effort');
    res = await post(stack, '/v1/responses', JSON.stringify({input: 'Hi', reasoning: {effort}}));
    assert.equal(errorOf(res, 400).param, 'reasoning.effort');
  }
  const res = await post(stack, '/v1/responses', JSON.stringify({input: 'Hi', reasoning: 'low'}));
  assert.equal(errorOf(res, 400).param, 'reasoning');
});

test('chat: the thoughts are beside the answer', LIMIT, async () => {
  upstream.script(think, think);
  const {choices: [{message}]} =
    await client.chat.completions.create({model: 'opus', messages: HI});
  assert.equal(message.content, 'Seven');
  assert.equal(message.reasoning_content, THOUGHT);
  const deltas = (await all(await client.chat.completions.create(
    {model: 'opus', messages: HI, stream: true}))).map(chunk => chunk.choices[0].delta);
  assert.equal(deltas.map(delta => delta.reasoning_content ?? '').join(''), THOUGHT);
  assert.equal(deltas.map(delta => delta.content ?? '').join(''), 'Seven');
  const first = name => deltas.findIndex(delta => delta[name]);
  assert.ok(first('reasoning_content') < first('content'));
});

test('chat: a thought goes through before the answer exists', LIMIT, async () => {
  const door = gate();
  upstream.script(async turn => {
    turn.begin();
    turn.thinking('hm');
    await turn.pass(door);
    turn.text('Seven');
    turn.end();
  });
  const seen = [];
  for await (const {choices: [{delta}]} of
    await client.chat.completions.create({model: 'opus', messages: HI, stream: true})) {
    if (delta.reasoning_content) door.open();
    seen.push(delta.reasoning_content ?? delta.content ?? '');
  }
  assert.equal(seen.join(''), 'hmSeven');
});

test('responses: a summary, with its events', LIMIT, async () => {
  upstream.script(think);
  const events = await all(await client.responses.create(
    {model: 'opus', input: 'Hi', stream: true, reasoning: {summary: 'auto'}}));
  const of = type => events.filter(event => event.type === `response.${type}`);
  const [item, message] = of('completed')[0].response.output;
  assert.equal(item.type, 'reasoning');
  assert.deepEqual(item.summary, [{type: 'summary_text', text: THOUGHT}]);
  assert.equal(item.encrypted_content, undefined);
  assert.equal(message.content[0].text, 'Seven');
  const about = of('output_item.done')[0];
  assert.deepEqual(about.item, item);
  const part = {item_id: item.id, output_index: 0, summary_index: 0};
  for (const event of events.filter(({type}) => type.includes('reasoning_summary')))
    assert.deepEqual({...event, ...part}, event);
  assert.deepEqual(events.slice(2, 8).map(({type}) => type.replace('response.', '')), [
    'output_item.added', 'reasoning_summary_part.added', 'reasoning_summary_text.delta',
    'reasoning_summary_text.done', 'reasoning_summary_part.done', 'output_item.done',
  ]);
  assert.equal(of('reasoning_summary_text.delta').map(({delta}) => delta).join(''), THOUGHT);
  assert.equal(of('reasoning_summary_text.done')[0].text, THOUGHT);
  assert.deepEqual(of('reasoning_summary_part.done')[0].part, item.summary[0]);
  assert.equal(of('output_item.added')[1].output_index, 1);
});

const SEALED = {include: ['reasoning.encrypted_content'], store: false};
const TOOL = {type: 'function', name: 'add', parameters: {type: 'object', properties: {}}};

test('responses: thoughts come back to the model as they were signed', LIMIT, async () => {
  upstream.script(turn => {
    turn.begin();
    turn.thinking(THOUGHT, SIGNATURE);
    turn.call(toolName('add'), 'toolu_01Abc', '{}');
    turn.end('tool_use');
  });
  const query = {model: 'opus', tools: [TOOL], reasoning: {effort: 'high'}, ...SEALED};
  const first = await client.responses.create({...query, input: 'Hi'});
  const [reasoning, call] = first.output;
  assert.deepEqual(reasoning.summary, []);
  assert.ok(reasoning.encrypted_content);
  const input = [...HI, reasoning, call,
    {type: 'function_call_output', call_id: call.call_id, output: '7'}];
  const thought = {type: 'thinking', thinking: THOUGHT, signature: SIGNATURE};
  // As it came, as clients send it that keep no ids, and changed so that it says nothing any more.
  for (const [sent, kept] of [[reasoning, true], [{...reasoning, id: undefined, status: undefined,
    content: null}, true], [{...reasoning, encrypted_content: 'gAAAA'}, false],
  [{type: 'item_reference', id: reasoning.id}, false]]) {
    const asked = upstream.script(says('Seven'));
    const again = await client.responses.create(
      {...query, input: input.map(item => item === reasoning ? sent : item)});
    assert.equal(again.output_text, 'Seven');
    const [, [, blocks]] = blocksOf((await asked).body);
    assert.deepEqual(blocks.filter(({type}) => type === 'thinking'), kept ? [thought] : []);
    assert.equal(blocks.at(-1).type, 'tool_use');
  }
});

test('responses: thoughts that nobody asked for are not items', LIMIT, async () => {
  upstream.script(think, calls(['add', '{}']));
  const response = await client.responses.create({model: 'opus', input: 'Hi'});
  assert.deepEqual(response.output.map(item => item.type), ['message']);
  const second = await client.responses.create({model: 'opus', input: 'Hi', tools: [TOOL]});
  assert.deepEqual(second.output.map(item => item.type), ['function_call']);
});
