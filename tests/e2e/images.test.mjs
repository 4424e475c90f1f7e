// Images and PDF files reach the model byte for byte; what cannot is refused by its place.
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {test} from 'node:test';
import zlib from 'node:zlib';
import {LIMIT, errorOf, post, startReal} from '../lib/real.mjs';
import {blocksOf, says} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal({maxBody: '4m'});
const CHAT = '/v1/chat/completions';
const RESPONSES = '/v1/responses';

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length);
  ends.writeUInt32BE(zlib.crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** A grey picture of noise, or of nothing. */
function png(width, height, noisy) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const rows = noisy ? randomBytes((width + 1) * height) : Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) rows[y * (width + 1)] = 0;
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head),
    chunk('IDAT', zlib.deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]).toString('base64');
}

const JPEG = `/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP${'/'.repeat(86)}`
  + 'wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=';
const GIF = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const WEBP = 'UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA=';
const PDF = Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(3000)]).toString('base64');
const IMAGES = [
  ['image/png', png(3, 2, true)], ['image/png', png(600, 600, true)],
  ['image/png', png(2000, 10, false)],
  ['image/jpeg', JPEG], ['image/gif', GIF], ['image/webp', WEBP],
];

const block = (media_type, data) => ({type: 'image', source: {type: 'base64', media_type, data}});
const dataUrl = (type, data) => `data:${type};base64,${data}`;
const ask = content => ({model: 'opus', messages: [{role: 'user', content}]});
const askItems = content => ({model: 'opus', input: [{role: 'user', content}]});
const text = t => ({type: 'text', text: t});
const image = (url, more = {}) => ({type: 'image_url', image_url: {url, ...more}});

for (const [i, [type, data]] of IMAGES.entries()) {
  test(`image ${i}: ${type} of ${data.length} characters`, LIMIT, async () => {
    const asked = upstream.script(says('Seen.'), says('Seen.'));
    await client.chat.completions.create(
      ask([text('What is'), image(dataUrl(type, data), {detail: 'low'}), text('this?')]));
    await client.responses.create(askItems([{type: 'input_text', text: 'What is'},
      {type: 'input_image', image_url: dataUrl(type, data), detail: 'auto'},
      {type: 'input_text', text: 'this?'}]));
    await asked;
    for (const {body} of upstream.requests.slice(-2)) {
      const [[role, blocks], ...more] = blocksOf(body);
      assert.deepEqual([role, more], ['user', []]);
      assert.deepEqual([blocks[0], blocks[2]], [text('What is'), text('this?')]);
      assert.ok(blocks[1].source?.data === data, 'the bytes are others');
      assert.deepEqual({...blocks[1], source: {...blocks[1].source, data}}, block(type, data));
    }
  });
}

test('what the CLI scales down is still an image', LIMIT, async () => {
  for (const [width, height] of [[1000, 1000], [3000, 20]]) {
    const asked = upstream.script(says('Seen.'));
    await client.chat.completions.create(
      ask([text('What is'), image(dataUrl('image/png', png(width, height, true))), text('this?')]));
    const [[, blocks]] = blocksOf((await asked).body);
    assert.deepEqual(blocks.slice(0, 3).map(({type}) => type), ['text', 'image', 'text']);
    assert.equal(blocks[2].text.trim(), 'this?');
  }
});

test('an image in an earlier turn, and one alone', LIMIT, async () => {
  const [type, data] = IMAGES[0];
  const asked = upstream.script(says('Seen.'));
  await client.chat.completions.create({model: 'opus', messages: [
    {role: 'user', content: [image(dataUrl(type.toUpperCase(), data))]},
    {role: 'assistant', content: 'A picture.'},
    {role: 'user', content: [image(dataUrl(type, data))]},
  ]});
  const got = blocksOf((await asked).body);
  assert.deepEqual(got.map(([, [{source}]]) => source?.data), [data, undefined, data]);
  assert.equal(got[0][1][0].source.media_type.toLowerCase(), type);
});

test('an https URL is for the API to fetch', LIMIT, async () => {
  const url = 'https://example.org/a.png?b=c&d=%20e#f';
  const asked = upstream.script(says('Seen.'));
  await client.chat.completions.create(ask([image(url), text('What?')]));
  assert.deepEqual(blocksOf((await asked).body)[0][1][0],
    {type: 'image', source: {type: 'url', url}});
});

test('a PDF file', LIMIT, async () => {
  const document = {type: 'document', source: {type: 'base64', media_type: 'application/pdf',
    data: PDF}, title: 'a "b".pdf'};
  const file = {filename: 'a "b".pdf', file_data: dataUrl('application/pdf', PDF)};
  let asked = upstream.script(says('Read.'));
  await client.chat.completions.create(ask([text('Read'), {type: 'file', file}]));
  assert.deepEqual(blocksOf((await asked).body)[0][1], [text('Read'), document]);
  asked = upstream.script(says('Read.'));
  await client.responses.create(askItems([{type: 'input_file', ...file, file_data: PDF}]));
  assert.deepEqual(blocksOf((await asked).body)[0][1], [document]);
});

const WRONG_URLS = [
  'data:image/bmp;base64,aGk=', 'data:text/plain;base64,aGk=', 'data:image/png,aGk=',
  'data:image/png;base64,', 'data:image/png;base64,a', 'data:image/png;base64,a_-=',
  'data:image/png;base64,aGk=\u0000'.replace('\u0000', '!'), 'data:,', 'http://example.org/a.png',
  'file:///etc/passwd', '/etc/passwd', '', 'ftp://x/y',
];

test('each image that cannot be sent is named', LIMIT, async () => {
  for (const url of WRONG_URLS) {
    let res = await post(stack, CHAT, JSON.stringify(ask([text('What?'), image(url)])));
    assert.match(errorOf(res, 400).param, /^messages\[0\]\.content\[1\]/, url);
    res = await post(stack, RESPONSES, JSON.stringify(
      askItems([{type: 'input_text', text: 'Hi'}, {type: 'input_image', image_url: url}])));
    assert.match(errorOf(res, 400).param, /^input\[0\]\.content\[1\]/, url);
  }
});

test('so is every other part', LIMIT, async () => {
  const parts = [
    {type: 'image_url'}, {type: 'image_url', image_url: {}}, {type: 'image_url', image_url: 5},
    {type: 'input_image', file_id: 'file-1'}, {type: 'file', file: {file_id: 'file-1'}},
    {type: 'file'}, {type: 'file', file: {file_data: 'data:text/plain;base64,AAAA'}},
    {type: 'file', file: {file_data: 'not base64!'}}, {type: 'input_file', file_id: 'file-1'},
    {type: 'input_file', file_url: 'http://example.org/a.pdf'},
    {type: 'input_audio', input_audio: {data: 'aGk=', format: 'wav'}}, {type: 'video'}, {}, 5, null,
  ];
  for (const part of parts) {
    const messages = [{role: 'user', content: 'Hi'}, {role: 'user', content: [text('a'), part]}];
    const res = await post(stack, CHAT, JSON.stringify({model: 'opus', messages}));
    assert.match(errorOf(res, 400).param, /^messages\[1\]\.content\[1\]/, JSON.stringify(part));
  }
  const messages = [{role: 'system', content: [image(dataUrl(...IMAGES[0]))]},
    {role: 'user', content: 'Hi'}];
  const res = await post(stack, CHAT, JSON.stringify({model: 'opus', messages}));
  assert.match(errorOf(res, 400).param, /^messages\[0\]\.content\[0\]/);
});
