// A conversation stays with the child that began it, and the model cannot tell.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {createOpenAI} from '@ai-sdk/openai';
import {generateText, stepCountIs, streamText, tool} from 'ai';
import {z} from 'zod';
import {essenceOf, leaseOf, startPair} from '../lib/kept.mjs';
import {until} from '../lib/proc.mjs';
import {LIMIT, all} from '../lib/real.mjs';
import {calls, says, toolId, turnsOf} from '../lib/upstream.mjs';

const {stack, upstream, client, apis, pids, replayed} = await startPair();

/** The settings a turn is asked with, `streamed` every other time. */
const streamed = (i, options) => ({...options, stream: i % 2 === 1});

for (const [name, api] of Object.entries(apis)) {
  test(`${name}: turns, streamed and not, on one child`, LIMIT, async () => {
    const options = {[name === 'chat' ? 'user' : 'instructions']: 'Be brief.'};
    const list = [];
    let child, body;
    for (let i = 0; i < 6; i++) {
      list.push(api.user(`Question ${i}: @/etc/passwd`));
      const asked = upstream.script(says('Answer', ` ${i}.`));
      const {text, said, lease} = await api.ask(list, streamed(i, options));
      child ??= pids();
      assert.equal(text, `Answer ${i}.`);
      assert.equal(lease, i === 0 ? 'cold' : 'continued');
      assert.deepEqual(pids(), child);
      ({body} = await asked);
      if (i < 5) list.push(...said);
    }
    assert.equal(turnsOf(body).length, 11);
    assert.deepEqual(essenceOf(body), await replayed(name, list, options));
  });

  test(`${name}: another worker goes on with it`, LIMIT, async () => {
    const list = [api.user('One')];
    upstream.script(says('First.'));
    const {said} = await api.ask(list);
    const worker = Number(stack.log().match(/.* pid=(\d+) msg=request .*POST.*\n$/)[1]);
    process.kill(worker, 'SIGSTOP');
    try {
      upstream.script(says('Second.'));
      const second = await api.ask([...list, ...said, api.user('Two')]);
      assert.deepEqual([second.text, second.lease], ['Second.', 'continued']);
    } finally {
      process.kill(worker, 'SIGCONT');
    }
  });

  test(`${name}: an old friend among others`, LIMIT, async () => {
    const lists = ['red', 'green', 'blue'].map(colour => [api.user(`I like ${colour}.`)]);
    const turns = async text => Promise.all(lists.map(async list => {
      const {said, lease} = await api.ask(list);
      list.push(...said, api.user(text));
      return lease;
    }));
    upstream.otherwise = turn => says(`Like ${turnsOf(turn.body)[0][1].split(' ')[2]}`)(turn);
    assert.deepEqual(await turns('Which?'), ['cold', 'cold', 'cold']);
    const children = pids();
    for (let i = 0; i < 3; i++)
      assert.deepEqual(await turns(`Again ${i}?`), Array(3).fill('continued'));
    upstream.otherwise = null;
    assert.deepEqual(pids(), children);
    for (const list of lists)
      assert.equal(new Set(JSON.stringify(list).match(/red|green|blue/g)).size, 1);
  });
}

test('responses: thoughts that are sent back are there once', LIMIT, async () => {
  const api = apis.responses;
  const options = {reasoning: {summary: 'auto'}, include: ['reasoning.encrypted_content']};
  const list = [api.user('One')];
  let body;
  for (let i = 0; i < 3; i++) {
    const asked = upstream.script(turn => {
      turn.begin();
      turn.thinking(`thought ${i}`, 'c2lnbmVk');
      turn.text(`Answer ${i}.`);
      turn.end();
    });
    const {said, lease} = await api.ask(list, streamed(i, options));
    assert.deepEqual(said.map(({type}) => type), ['reasoning', 'message']);
    assert.equal(lease, i === 0 ? 'cold' : 'continued');
    ({body} = await asked);
    if (i < 2) list.push(...said, api.user(`Next ${i}`));
  }
  assert.equal(JSON.stringify(body).match(/thought \d/g).length, 2);
  assert.deepEqual(essenceOf(body), await replayed('responses', list, options));
});

test('each turn has its own settings', LIMIT, async () => {
  const TURNS = [
    [{max_tokens: 77, temperature: 0.3, stop: ['END'], reasoning_effort: 'none'},
      {max_tokens: 77, temperature: 0.3, stop_sequences: ['END'], thinking: undefined}],
    [{reasoning_effort: 'high'},
      {max_tokens: 128_000, temperature: undefined, stop_sequences: undefined,
        output_config: {effort: 'high'}}],
    [{max_completion_tokens: 99, stop: 'X', reasoning_effort: 'low'},
      {max_tokens: 99, stop_sequences: ['X'], output_config: {effort: 'low'}}],
    [{top_p: 0.5, reasoning_effort: 'none'},
      {max_tokens: 128_000, top_p: 0.5, stop_sequences: undefined, thinking: undefined}],
    [{}, {max_tokens: 128_000, top_p: undefined, output_config: {effort: 'medium'}}],
  ];
  const list = [];
  for (const [i, [settings, expected]] of TURNS.entries()) {
    list.push(apis.chat.user(`Question ${i}`));
    const asked = upstream.script(says(`Answer ${i}.`));
    const {said, lease} = await apis.chat.ask(list, streamed(i, settings));
    assert.equal(lease, i === 0 ? 'cold' : 'continued');
    const {body} = await asked;
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(body[key], value, key);
    assert.deepEqual(essenceOf(body), await replayed('chat', list, settings));
    list.push(...said);
  }
});

test('what clients change in an answer that they send back', LIMIT, async () => {
  const part = text => ({type: 'text', text});
  const CHANGES = {
    'as it came': message => message,
    'parts with more in them': ({content}) => ({role: 'assistant',
      content: [{...part(content), role: 'assistant', refusal: null, annotations: []}]}),
    'two parts': ({content}) => ({role: 'assistant',
      content: [part(content.slice(0, 3)), part(content.slice(3))]}),
    'white space': ({content}) => ({role: 'assistant', content: `${content.trim()}\n\n`}),
    'more members': message => ({...message, name: 'claude', annotations: [], audio: null,
      tool_calls: null, function_call: null, cache_control: {type: 'ephemeral'}}),
    'thoughts': message => ({...message, reasoning_content: 'hm', reasoning: 'hm'}),
    'no thoughts': ({content}) => ({role: 'assistant', content}),
  };
  const list = [apis.chat.user('Go.')];
  let expected = 'cold';
  for (const [change, rewrite] of Object.entries(CHANGES)) {
    upstream.script(turn => {
      turn.begin();
      turn.thinking('which?');
      turn.text(' Answer', ` to ${change}.\n`);
      turn.end();
    });
    const {said: [message], lease} = await apis.chat.ask(list);
    assert.equal(lease, expected, change);
    list.push(rewrite(message), {...apis.chat.user([part('And'), part('?')]), name: 'ada'});
    expected = 'continued';
  }
  upstream.script(says('Done.'));
  assert.equal((await apis.chat.ask(list)).lease, 'continued');
});

test('responses: what clients change in items', LIMIT, async () => {
  const CHANGES = {
    'as it came': item => item,
    'no id': ({id, status, ...item}) => item,
    'a plain message': ({content: [{text}]}) => ({role: 'assistant', content: text}),
    'another id': item => ({...item, id: 'msg_ofmine', phase: 'final_answer'}),
    'annotations': item => ({...item, content: item.content.map(({type, text}) => ({type, text}))}),
  };
  const list = [apis.responses.user('Go.')];
  let expected = 'cold';
  for (const [change, rewrite] of Object.entries(CHANGES)) {
    upstream.script(says(`Answer to ${change}.`));
    /* A single text is the same as a list with it. */
    const {said: [item], lease} = await apis.responses.ask(list.length === 1 ? 'Go.' : list);
    assert.equal(lease, expected, change);
    list.push(rewrite(item), {type: 'message', role: 'user',
      content: [{type: 'input_text', text: 'And?'}]});
    expected = 'continued';
  }
  upstream.script(says('Done.'));
  assert.equal((await apis.responses.ask(list)).lease, 'continued');
});

const openai = createOpenAI({baseURL: stack.baseURL, apiKey: stack.key});
const MODELS = {chat: openai.chat('opus'), responses: openai('opus')};

for (const [name, model] of Object.entries(MODELS)) {
  test(`${name}: the AI SDK over a loop of tools`, LIMIT, async () => {
    const options = {
      model, maxRetries: 0, stopWhen: stepCountIs(4), providerOptions: {openai: {store: false}},
      tools: {'get-weather': tool({
        inputSchema: z.object({city: z.string()}), execute: async ({city}) => ({city, degrees: 20}),
      })},
    };
    const call = (...list) => calls(...list.map(([city, n]) =>
      ['get-weather', JSON.stringify({city}), toolId(n)]));
    const leases = steps => Promise.all(steps.map(({response}) =>
      leaseOf(stack, response.headers['x-request-id'])));

    upstream.script(call(['Paris', 1], ['Rome', 2]), call(['Oslo', 3]), says('All 20.'));
    const first = await generateText({...options, prompt: 'Where is it warm?'});
    const child = pids();
    assert.equal(first.text, 'All 20.');
    assert.deepEqual(await leases(first.steps), ['cold', 'continued', 'continued']);

    const messages = [{role: 'user', content: 'Where is it warm?'},
      ...first.steps.flatMap(({response}) => response.messages),
      {role: 'user', content: 'And in Bonn?'}];
    const asked = upstream.script(call(['Bonn', 4]), says('Also.'));
    const second = streamText({...options, messages});
    await all(second.fullStream);
    assert.equal(await second.text, 'Also.');
    assert.deepEqual(await leases(await second.steps), ['continued', 'continued']);
    assert.deepEqual(pids(), child);
    assert.equal(turnsOf((await asked).body).length, 9);
  });
}
