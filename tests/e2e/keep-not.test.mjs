// What is not exactly the conversation of a child is answered by another one, from its beginning.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {essenceOf, secondKey, startPair, talkers, turnsIn, turnsToldBy} from '../lib/kept.mjs';
import {LIMIT, LONG, clientOf} from '../lib/real.mjs';
import {calls, says, structured, systemOf, toolId, turnsOf} from '../lib/upstream.mjs';

const second = secondKey();
const {stack, upstream, apis, replayed} = await startPair({env: second.env});
const {user, told, ask} = apis.chat;

const system = content => ({role: 'system', content});
const assistant = content => ({role: 'assistant', content});
const LOOK = {
  name: 'look', description: 'Looks.',
  parameters: {type: 'object', properties: {city: {type: 'string'}}},
};
const TOOLS = [{type: 'function', function: LOOK},
  {type: 'function', function: {...LOOK, name: 'listen'}}];
const SCHEMA = {type: 'object', properties: {n: {type: 'integer'}}, required: ['n'],
  additionalProperties: false};
const format = (schema, name = 'x') =>
  ({response_format: {type: 'json_schema', json_schema: {name, schema, strict: true}}});

const copy = list => structuredClone(list);
/** A copy of the list with one message changed. */
const changed = (list, i, members) => copy(list).with(i, {...list[i], ...members});
/** A copy in which one thing deep inside is another. */
function edited(list, edit) {
  const mine = copy(list);
  edit(mine);
  return mine;
}

/** Asks, and asserts that another child was told just this. */
async function assertAnew(list, settings, what) {
  const asked = upstream.script(says('Another one.'));
  const {text, lease} = await ask(list, settings);
  assert.equal(text, 'Another one.', what);
  assert.notEqual(lease, 'continued', what);
  const {body} = await asked;
  assert.deepEqual(turnsIn(body), turnsToldBy(list), what);
  assert.equal(systemOf(body) ?? '', list.filter(({role}) => role === 'system')
    .map(({content}) => content).join('\n\n'), what);
  return body;
}

/** The conversation goes on with its own child, whatever the others did. */
async function goOn(list, settings, content) {
  list.push(user(content));
  const asked = upstream.script(says(`To that: ${content}`));
  const {text, said, lease} = await ask(list, settings);
  assert.deepEqual([text, lease], [`To that: ${content}`, 'continued']);
  assert.deepEqual(turnsIn((await asked).body), turnsToldBy(list));
  list.push(...said);
}

async function begin(list, settings) {
  upstream.script(says('Well.'));
  list.push(...(await ask(list, settings)).said);
  return list;
}

test('another history', LONG, async () => {
  const list = await begin([system('Be brief.'), user('One'), assistant('First.'), user('Two')]);
  const and = user('And?');
  await goOn(list, {}, 'Three');
  const VARIANTS = {
    'another question': l => [...changed(l, 1, {content: 'one'}), and],
    'a space more': l => [...changed(l, 1, {content: 'One '}), and],
    'another answer': l => [...changed(l, 2, {content: 'First'}), and],
    'another last answer': l => [...changed(l, l.length - 1, {content: 'To that: four'}), and],
    'an answer more': l => [...l.slice(0, 3), assistant('More.'), ...l.slice(3), and],
    'a question more': l => [l[0], user('Zero'), ...l.slice(1), and],
    'a question cut in two': l => [l[0], user('O'), user('ne'), ...l.slice(2), and],
    'the same words in parts': l =>
      [...changed(l, 1, {content: ['O', 'ne'].map(text => ({type: 'text', text}))}), and],
    'roles the other way round': l => [l[0], user('First.'), assistant('One'), ...l.slice(3), and],
    'no beginning': l => [l[0], ...l.slice(3), and],
    'shorter': l => l.slice(0, 4),
    'shorter, and another end': l => [...l.slice(0, -2), user('Thirty')],
    'another system prompt': l => [...changed(l, 0, {content: 'Be long.'}), and],
    'no system prompt': l => [...l.slice(1), and],
    'a second system prompt': l => [...l, system('Hm.'), and],
    'the system prompt as a question': l => [user('Be brief.'), ...l.slice(1), and],
  };
  for (const [what, vary] of Object.entries(VARIANTS)) {
    await assertAnew(vary(list), {}, what);
    await goOn(list, {}, what);
  }
});

test('another model, other tools, another schema', LONG, async () => {
  const settings = {tools: TOOLS};
  const list = await begin([user('One')], settings);
  const other = edit => edited(TOOLS, edit);
  const VARIANTS = {
    'another model': {tools: TOOLS, model: 'haiku'},
    'no tools': {},
    'one tool less': {tools: TOOLS.slice(1)},
    'one tool more': {tools: [...TOOLS, {type: 'function', function: {...LOOK, name: 'ask'}}]},
    'the other order': {tools: TOOLS.toReversed()},
    'another name': {tools: other(([t]) => { t.function.name = 'see'; })},
    'another description': {tools: other(([t]) => { t.function.description = 'Sees.'; })},
    'no description': {tools: other(([t]) => { delete t.function.description; })},
    'another type': {tools: other(([t]) => {
      t.function.parameters.properties.city.type = 'number';
    })},
    'another tool as a whole': {tools: other(([t]) => { t.function.parameters.required = []; })},
  };
  for (const [what, variant] of Object.entries(VARIANTS)) {
    const mine = [...list, user('And?')];
    assert.deepEqual(essenceOf(await assertAnew(mine, variant, what)),
      await replayed('chat', mine, variant), what);
    await goOn(list, settings, what);
  }
  const asked = upstream.script(structured('{"n":', '1}'));
  const {text, lease} = await ask([...list, user('And?')], {...settings, ...format(SCHEMA)});
  assert.equal(text, '{"n":1}');
  assert.notEqual(lease, 'continued');
  assert.deepEqual(turnsOf((await asked).body).at(-1), ['user', 'And?']);
});

test('other calls and results', LONG, async () => {
  const settings = {tools: TOOLS};
  const list = [user('Where?')];
  upstream.script(calls(['look', '{"city":"Paris"}', toolId(1)], ['look', '{"city":"Rome"}',
    toolId(2)]), says('In Rome.'));
  const first = await ask(list, settings);
  list.push(...first.said, told(first.calls[0], '10 °C'), told(first.calls[1], '20 °C'));
  list.push(...(await ask(list, settings)).said);
  await goOn(list, settings, 'Thanks.');
  const call = i => l => l[1].tool_calls[i];
  const VARIANTS = {
    'other arguments': l => { call(1)(l).function.arguments = '{"city":"rome"}'; },
    'another tool': l => { call(0)(l).function.name = 'listen'; },
    'the calls the other way round': l => { l[1].tool_calls.reverse(); },
    'a text with the calls': l => { l[1].content = 'I look.'; },
    'another result': l => { l[3].content = '21 °C'; },
    'the results the other way round': l => {
      [l[2].content, l[3].content] = [l[3].content, l[2].content];
    },
    'a result with a question': l => { l.splice(4, 0, user('So?')); },
    'one call less': l => {
      l[1].tool_calls.pop();
      l.splice(3, 1);
    },
    'no calls': l => { l.splice(1, 3); },
  };
  for (const [what, edit] of Object.entries(VARIANTS)) {
    await assertAnew([...edited(list, edit), user('And?')], settings, what);
    await goOn(list, settings, what);
  }
});

test('other calls and results while the child waits', LIMIT, async () => {
  const settings = {tools: TOOLS};
  const VARIANTS = {
    'another question': l => { l[0].content = 'where?'; },
    'other arguments': l => { l[1].tool_calls[0].function.arguments = '{"city":"Oslo"}'; },
    'one call more': l => {
      l[1].tool_calls.push({...l[1].tool_calls[0], id: 'call2'});
      l.push(told({id: 'call2'}, 'x'));
    },
    'the tools in another order': (l, s) => { s.tools = TOOLS.toReversed(); },
    'another model': (l, s) => { s.model = 'haiku'; },
  };
  for (const [what, edit] of Object.entries(VARIANTS)) {
    const list = [user('Where?')];
    upstream.script(calls(['look', '{"city":"Paris"}', toolId(1)]));
    const first = await ask(list, settings);
    list.push(...first.said, told(first.calls[0], '10 °C'));
    const [mine, my] = edited([list, settings], ([l, s]) => edit(l, s));
    await assertAnew(mine, my, what);
    upstream.script(says('Cold.'));
    const own = await ask(list, settings);
    assert.deepEqual([own.text, own.lease], ['Cold.', 'continued'], what);
  }
});

test('another picture', LIMIT, async () => {
  const picture = data => ({type: 'image_url', image_url: {url: `data:image/gif;base64,${data}`}});
  const about = data => user([{type: 'text', text: 'What is it?'}, picture(data)]);
  const list = await begin([about('R0lGODlhAQABAAAAACw=')]);
  const mine = [about('R0lGODlhAQABAAAAADs='), ...list.slice(1), user('And?')];
  const asked = upstream.script(says('Another one.'));
  assert.notEqual((await ask(mine)).lease, 'continued');
  assert.deepEqual(essenceOf((await asked).body), await replayed('chat', mine));
  upstream.script(says('A dot.'));
  assert.equal((await ask([...list, user('And?')])).lease, 'continued');
});

test('another key', LIMIT, async () => {
  const client = clientOf(stack.baseURL, second.key);
  const list = await begin([user('One')]);
  const asked = upstream.script(says('Whose?'));
  const {text, lease} = await talkers({stack, client}).chat.ask([...list, user('Two')]);
  assert.equal(text, 'Whose?');
  assert.notEqual(lease, 'continued');
  assert.deepEqual(turnsIn((await asked).body), turnsToldBy([...list, user('Two')]));
  await goOn(list, {}, 'Two');
});

test('branches: the first goes on, the others begin anew', LIMIT, async () => {
  const list = await begin([user('One')]);
  await goOn([...list], {}, 'left');
  await assertAnew([...list, user('right')]);
  await assertAnew([...list, user('left')]);

  const again = await begin([user('Two')]);
  upstream.otherwise = turn => says(`To ${turnsOf(turn.body).at(-1)[1]}`)(turn);
  const words = ['a', 'b', 'c', 'a'];
  const answers = await Promise.all(words.map(word => ask([...again, user(word)])));
  upstream.otherwise = null;
  assert.deepEqual(answers.map(({text}) => text), words.map(word => `To ${word}`));
  assert.deepEqual(answers.map(({lease}) => lease).sort(),
    ['cold', 'cold', 'cold', 'continued']);
  assert.equal(upstream.requests.filter(({body}) => turnsOf(body).length === 3 &&
    turnsOf(body)[0][1] === 'Two').length, 4);
});

test('answers that follow a schema, one after the other', LIMIT, async () => {
  const list = [user('1?')];
  for (let n = 1; n <= 4; n++) {
    const asked = upstream.script(structured('{"n":', `${n}}`));
    const {text, said} = await ask(list, format(SCHEMA));
    assert.equal(text, `{"n":${n}}`);
    const {body} = await asked;
    assert.equal(body.tools.length, 1);
    const {content} = body.messages.findLast(({role}) => role === 'user');
    assert.equal(content.at(-1).text, `${n}?`);
    list.push(...said, user(`${n + 1}?`));
  }
  const other = {...SCHEMA, properties: {n: {type: 'integer'}, m: {type: 'integer'}}};
  for (const [settings, script, expected] of [
    [format(other), structured('{"n":5}'), '{"n":5}'], [{}, says('Five.'), 'Five.'],
  ]) {
    const asked = upstream.script(script);
    const {text, lease} = await ask(list, settings);
    assert.equal(text, expected);
    assert.notEqual(lease, 'continued');
    assert.equal(turnsOf((await asked).body).length, 9);
  }
});
