// Limits and sampling: each request's own, as the API is told, and what comes of them.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, all, errorOf, post, startReal} from '../lib/real.mjs';
import {says, stops} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal();
const HI = [{role: 'user', content: 'Hi'}];
const chat = options => ({model: 'opus', messages: HI, ...options});
const items = options => ({model: 'opus', input: 'Hi', ...options});

/** The API's request to a client's, and the header that names what had no effect. */
async function asks(path, body) {
  const asked = upstream.script(says('Hello'));
  const res = await post(stack, path, JSON.stringify(body));
  assert.equal(res.status, 200, res.text);
  const ignored = res.headers.get('x-proxy-ignored');
  return {body: (await asked).body, ignored: ignored ? ignored.split(/,\s*/).sort() : []};
}
const asksChat = options => asks('/v1/chat/completions', chat(options));
const asksItems = options => asks('/v1/responses', items(options));

test('each request has its own limits, and none of another', LIMIT, async () => {
  const usual = (await asksChat({})).body;
  assert.equal(usual.stop_sequences, undefined);
  const first = await asksChat({
    max_tokens: 77, stop: ['END', '\n', 'é'], reasoning_effort: 'none', temperature: 0,
  });
  assert.equal(first.body.max_tokens, 77);
  assert.deepEqual(first.body.stop_sequences, ['END', 'é']);
  assert.equal(first.body.temperature, 0);
  const second = (await asksChat({})).body;
  for (const name of ['max_tokens', 'stop_sequences', 'temperature', 'thinking', 'output_config'])
    assert.deepEqual(second[name], usual[name], name);
});

test('limits of either name', LIMIT, async () => {
  assert.equal((await asksChat({max_completion_tokens: 1234})).body.max_tokens, 1234);
  assert.equal((await asksChat({max_completion_tokens: 12, max_tokens: 13})).body.max_tokens, 12);
  assert.equal((await asksItems({max_output_tokens: 99})).body.max_tokens, 99);
  assert.deepEqual((await asksChat({stop: 'END', max_tokens: null})).body.stop_sequences, ['END']);
});

test('an answer that the limit cuts off', LIMIT, async () => {
  const cut = stops('max_tokens', 'half of');
  upstream.script(cut, cut, cut, cut);
  const {choices: [choice]} = await client.chat.completions.create(chat({max_tokens: 2}));
  assert.deepEqual([choice.finish_reason, choice.message.content], ['length', 'half of']);
  const chunks =
    await all(await client.chat.completions.create(chat({max_tokens: 2, stream: true})));
  assert.equal(chunks.at(-1).choices[0].finish_reason, 'length');
  const response = await client.responses.create(items({max_output_tokens: 2}));
  assert.equal(response.status, 'incomplete');
  assert.deepEqual(response.incomplete_details, {reason: 'max_output_tokens'});
  assert.equal(response.max_output_tokens, 2);
  assert.equal(response.output_text, 'half of');
  const events =
    await all(await client.responses.create(items({max_output_tokens: 2, stream: true})));
  assert.equal(events.at(-1).type, 'response.incomplete');
  assert.equal(events.at(-1).response.output[0].status, 'incomplete');
});

test('an answer that a stop sequence ends, maybe at once', LIMIT, async () => {
  upstream.script(stops('stop_sequence', 'one '), stops('stop_sequence'));
  for (const text of ['one ', '']) {
    const {choices: [choice]} = await client.chat.completions.create(chat({stop: ['two']}));
    assert.deepEqual([choice.finish_reason, choice.message.content], ['stop', text]);
  }
});

test('a stop sequence of white space, which the API takes none of', LIMIT, async () => {
  const rows = [['\n', 'one'], [['END', '\n\n'], 'one\ntwo'], [' ', 'one\ntwo\n\nthree']];
  for (const [stop, said] of rows) {
    for (const stream of [false, true]) {
      const asked = upstream.script(async turn => {
        turn.begin();
        turn.text('one', '\n', 'two\n', '\nthree', ' four');
        if (stream) await turn.hang();
        else turn.end();
      });
      const query = chat({stop});
      const {choices: [choice]} = stream
        ? await client.chat.completions.stream(query).finalChatCompletion()
        : await client.chat.completions.create(query);
      assert.deepEqual([choice.finish_reason, choice.message.content], ['stop', said]);
      const record = await asked;
      assert.deepEqual(record.body.stop_sequences, Array.isArray(stop) ? ['END'] : undefined);
      /* Nobody reads on, so the API need not write on. */
      if (stream) assert.equal(await record.ended, 'early');
    }
  }
});

const TOOLS = [{type: 'function', function: {name: 'f'}}];

/** [options of a chat, what the API is told of temperature and top_p, what is ignored] */
const SAMPLING = [
  [{temperature: 0.3}, [undefined, undefined], ['temperature']],
  [{temperature: 0.3, top_p: 0.9}, [undefined, undefined], ['temperature', 'top_p']],
  [{temperature: 1, top_p: 1}, [undefined, undefined], []],
  [{temperature: 0.3, reasoning_effort: 'none'}, [0.3, undefined], []],
  [{top_p: 0.9, reasoning_effort: 'none'}, [undefined, 0.9], []],
  // The API takes one of them.
  [{temperature: 0.3, top_p: 0.9, reasoning_effort: 'none'}, [0.3, undefined], ['top_p']],
  [{temperature: 2, reasoning_effort: 'none'}, [1, undefined], []],
  [{temperature: 0.5, tools: TOOLS, tool_choice: 'required'}, [0.5, undefined], []],
  [{temperature: 0.5, tools: TOOLS, tool_choice: 'auto'}, [undefined, undefined], ['temperature']],
  [{seed: 1, presence_penalty: 0.5, frequency_penalty: 0, logit_bias: {5: 1}, user: 'u',
    store: true, metadata: {a: 'b'}, service_tier: 'auto', prompt_cache_key: 'k'},
  [undefined, undefined],
  ['logit_bias', 'metadata', 'presence_penalty', 'prompt_cache_key', 'seed', 'service_tier',
    'store', 'user']],
  [{presence_penalty: -1, frequency_penalty: -0.5}, [undefined, undefined],
    ['frequency_penalty', 'presence_penalty']],
];

for (const [options, [temperature, top_p], expected] of SAMPLING) {
  test(`chat: ${JSON.stringify(options)}`, LIMIT, async () => {
    const {body, ignored} = await asksChat(options);
    assert.deepEqual([body.temperature, body.top_p], [temperature, top_p]);
    assert.deepEqual(ignored, expected);
  });
}

test('responses: sampling is the same', LIMIT, async () => {
  const thinking = await asksItems({temperature: 0.3, truncation: 'auto', max_tool_calls: 3});
  assert.equal(thinking.body.temperature, undefined);
  assert.deepEqual(thinking.ignored, ['max_tool_calls', 'temperature', 'truncation']);
  const plain = await asksItems({temperature: 0.3, reasoning: {effort: 'none'}});
  assert.equal(plain.body.temperature, 0.3);
  assert.deepEqual(plain.ignored, []);
});

test('values out of range are named', LIMIT, async () => {
  const wrong = {
    max_tokens: [0, -1, 1.5, '5', true, 1e12], max_completion_tokens: [0, {}],
    stop: [5, '', [''], ['a', 5], ['a', 'b', 'c', 'd', 'e'], {}],
    temperature: [-0.1, 2.1, '1', []], top_p: [-1, 1.1, 'x'], stream: ['true', 1],
    parallel_tool_calls: [1], n: [2, 0, 'x'], top_logprobs: [2], logprobs: [true],
  };
  const faults = [];
  const check = async (path, body, name) => {
    upstream.otherwise = says('Went through.');
    const res = await post(stack, path, JSON.stringify({...body, stream: body.stream ?? false}));
    try {
      assert.ok(errorOf(res, 400).param.startsWith(name), res.text);
    } catch (err) {
      faults.push(`${path} ${name} ${JSON.stringify(body[name])}: ${err.message}`);
    }
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) await check('/v1/chat/completions', chat({[name]: value}), name);
  }
  for (const value of [0, -1, 'x', 0.5])
    await check('/v1/responses', items({max_output_tokens: value}), 'max_output_tokens');
  for (const name of ['background', 'conversation', 'previous_response_id', 'prompt'])
    await check('/v1/responses', items({[name]: name === 'background' ? true : 'x_1'}), name);
  upstream.otherwise = null;
  assert.deepEqual(faults, []);
});
