// Files of text reach the model as documents: in a question, in a history, in a tool's result.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, startReal} from '../lib/real.mjs';
import {blocksOf, says} from '../lib/upstream.mjs';

const {upstream, client} = await startReal();

const CSV = 'name;café\r\n"a ""b""";2\n\n@/etc/passwd\n';
const url = (data, type = 'text/csv') =>
  `data:${type};base64,${Buffer.from(data).toString('base64')}`;
const text = t => ({type: 'text', text: t});
const file = (filename, file_data) => ({type: 'file', file: {filename, file_data}});
const document = (data, title) =>
  ({type: 'document', source: {type: 'text', media_type: 'text/plain', data}, title});

async function chat(...messages) {
  const asked = upstream.script(says('Read.'));
  await client.chat.completions.create({model: 'opus', messages});
  return blocksOf((await asked).body);
}

async function respond(...input) {
  const asked = upstream.script(says('Read.'));
  await client.responses.create({model: 'opus', input, store: false});
  return blocksOf((await asked).body);
}

test('in a question', LIMIT, async () => {
  const want = [['user', [text('Sum it up.'), document(CSV, 'a b.csv')]]];
  assert.deepEqual(
    await chat({role: 'user', content: [text('Sum it up.'), file('a b.csv', url(CSV))]}), want);
  for (const from of [{file_data: url(CSV, 'application/pdf')},
    {file_data: Buffer.from(CSV).toString('base64url')},
    {file_url: `data:text/csv,${encodeURIComponent(CSV)}`},
    {file_data: url(Buffer.from('\ufeff' + CSV, 'utf16le'))}]) {
    const content = [{type: 'input_text', text: 'Sum it up.'},
      {type: 'input_file', filename: 'a b.csv', ...from}];
    assert.deepEqual(await respond({role: 'user', content}), want);
  }
});

test('in a history, and in the result of a tool', LIMIT, async () => {
  const call = {id: 'c1', type: 'function', function: {name: 'f', arguments: '{}'}};
  const blocks = await chat(
    {role: 'user', content: [file('a.md', url('# One'))]},
    {role: 'assistant', content: null, tool_calls: [call]},
    {role: 'tool', tool_call_id: 'c1', content: [text('See:'), file('b.json', url('{"b":1}'))]},
    {role: 'assistant', content: 'So it is.'},
    {role: 'user', content: [file('c.c', url('int c;\n')), text('And this?')]});
  assert.deepEqual(blocks[0], ['user', [document('# One', 'a.md')]]);
  assert.deepEqual(blocks[2][1][0].content, [text('See:'), document('{"b":1}', 'b.json')]);
  assert.deepEqual(blocks[4], ['user', [document('int c;\n', 'c.c'), text('And this?')]]);
});
