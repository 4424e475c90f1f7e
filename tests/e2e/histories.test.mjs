// Histories as clients have them: odd ids, arguments that are no strings, text of any kind, no question.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, startReal} from '../lib/real.mjs';
import {blocksOf, says, turnsOf} from '../lib/upstream.mjs';

const {upstream, client} = await startReal();

const ASKED = {role: 'user', content: 'Go.'};
const call = (id, args, name = 'f') => ({id, type: 'function', function: {name, arguments: args}});
const calling = (...tool_calls) => ({role: 'assistant', content: null, tool_calls});
const result = (tool_call_id, content) => ({role: 'tool', tool_call_id, content});

/** What arrived of [the calls, their results]: the arguments and the texts, by place. */
function pairsOf(body) {
  const blocks = blocksOf(body).flatMap(([, list]) => list);
  const results = blocks.filter(block => block.type === 'tool_result');
  return blocks.filter(block => block.type === 'tool_use').map(({id, input}) => {
    const own = results.filter(block => block.tool_use_id === id);
    assert.equal(own.length, 1, `results of ${id}`);
    const {content} = own[0];
    return [input, typeof content === 'string' ? content : content.map(block => block.text).join()];
  });
}

async function chat(...messages) {
  const asked = upstream.script(says('Fine.'));
  const {choices: [{message}]} = await client.chat.completions.create({model: 'opus', messages});
  assert.equal(message.content, 'Fine.');
  return (await asked).body;
}

async function respond(input, more = {}) {
  const asked = upstream.script(says('Fine.'));
  const answer = await client.responses.create({model: 'opus', input, store: false, ...more});
  assert.equal(answer.output_text, 'Fine.');
  return (await asked).body;
}

test('arguments and results that are no strings', LIMIT, async () => {
  const body = await chat(ASKED, calling(call('c1', {city: 'Oslo', at: [1, {b: null}]})),
    result('c1', {degrees: 7}));
  assert.deepEqual(pairsOf(body), [[{city: 'Oslo', at: [1, {b: null}]}, '{"degrees":7}']]);
  const other = await respond([ASKED,
    {type: 'function_call', call_id: 'c1', name: 'f', arguments: {city: 'Oslo'}},
    {type: 'custom_tool_call', call_id: 'c2', name: 'g', input: {a: [1]}},
    {type: 'function_call_output', call_id: 'c1', output: [{degrees: 7}]},
    {type: 'custom_tool_call_output', call_id: 'c2', output: true}]);
  assert.deepEqual(pairsOf(other),
    [[{city: 'Oslo'}, '[{"degrees":7}]'], [{input: '{"a":[1]}'}, 'true']]);
});

const BINARY = 'ELF\u0000\u0001 \ud83d half \ude00 \uffff\u2028 end';
const TOLD = 'ELF\ufffd\u0001 \ufffd half \ufffd \uffff\u2028 end';

test('what stands for no character, on this turn and on all later ones', LIMIT, async () => {
  const history = [ASKED, calling(call('c1', JSON.stringify({[BINARY]: BINARY}))),
    result('c1', BINARY)];
  const pair = [{[TOLD]: TOLD}, TOLD];
  assert.deepEqual(pairsOf(await chat(...history)), [pair]);
  const later = [...history, {role: 'assistant', content: BINARY}, {role: 'user', content: BINARY}];
  const body = await chat(...later);
  assert.deepEqual(pairsOf(body), [pair]);
  assert.deepEqual(turnsOf(body).slice(-2), [['assistant', TOLD], ['user', TOLD]]);
});

test('ids that differ in punctuation alone', LIMIT, async () => {
  const one = calling(call('call-1', '{"n":1}'), call('call_1', '{"n":2}'));
  const body = await chat(ASKED, one, result('call_1', 'two'), result('call-1', 'one'));
  assert.deepEqual(pairsOf(body), [[{n: 1}, 'one'], [{n: 2}, 'two']]);
  const odd = calling(call('_', '{"n":1}'), call('😀', '{"n":2}'));
  assert.deepEqual(pairsOf(await chat(ASKED, odd, result('_', 'one'), result('😀', 'two'))),
    [[{n: 1}, 'one'], [{n: 2}, 'two']]);
});

const CONTINUE =
  'Continue your last message from exactly where it stopped, without repeating any of it.';
const EMPTY = '(The user sent an empty message.)';

test('a conversation that ends with the assistant', LIMIT, async () => {
  const history = [ASKED, {role: 'assistant', content: 'Once upon a'}];
  const turns = [['user', 'Go.'], ['assistant', 'Once upon a'], ['user', CONTINUE]];
  assert.deepEqual(turnsOf(await chat(...history)), turns);
  assert.deepEqual(turnsOf(await respond(history)), turns);
});

test('an empty question', LIMIT, async () => {
  for (const content of ['', ' \n', '\u00a0\u3000', '\ufeff', [], [{type: 'text', text: ''}]])
    assert.deepEqual(turnsOf(await chat({role: 'user', content})), [['user', EMPTY]]);
  assert.deepEqual(turnsOf(await respond('', {instructions: 'Be brief.'})), [['user', EMPTY]]);
  const later = [ASKED, {role: 'assistant', content: 'Gone.'}, {role: 'user', content: ''}];
  assert.deepEqual(turnsOf(await chat(...later)),
    [['user', 'Go.'], ['assistant', 'Gone.'], ['user', EMPTY]]);
});
