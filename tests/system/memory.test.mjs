// What the largest bodies cost: a worker stays small whatever they hold. Without sanitizers.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import {after, test} from 'node:test';
import {setting, startStack} from '../lib/stack.mjs';

/* The largest body but for `"stream":true,`. */
const BODY = (1 << 20) - 20;
const MOST_MB = 64;
/** Of what is refused before it is parsed; while nothing larger was asked for. */
const LITTLE_MB = 8;
const LIMIT = {timeout: 60_000};
const stack = await startStack({
  claude: setting('FAKE_CLAUDE'), bin: setting('PROXY_PLAIN_BIN'),
  env: {PROXY_CHILDREN: '1', PROXY_WORKERS: '3'},
});
after(() => stack.stop());

/** A body as long as may be: `before`, then `item(i)` as often as `most` and the room allow. */
function fill(before, item, after, most = Infinity) {
  const items = [];
  let left = BODY - before.length - after.length;
  for (let i = 0; i < most; i++) {
    const text = (i > 0 ? ',' : '') + item(i);
    if (text.length > left) break;
    left -= text.length;
    items.push(text);
  }
  return before + items.join('') + ' '.repeat(left) + after;
}

const USER = '{"role":"user","content":"hello"}';
const chat = member => [`{"messages":[${USER}],"${member}":`, '}'];
const chatWith = (member, open, item, close, most) => {
  const [before, end] = chat(member);
  return ['/v1/chat/completions', fill(before + open, item, close + end, most)];
};
const responsesWith = (member, open, item, close, most) =>
  ['/v1/responses', fill(`{"input":"hello","${member}":${open}`, item, `${close}}`, most)];
/* Told before the question, which is short: the stand-in for the CLI repeats that one. */
const text = (role, piece) => {
  const before = `{"messages":[{"role":"${role}","content":"x`;
  const after = `"},{"role":"assistant","content":"x"},${USER}]}`;
  const n = Math.floor((BODY - before.length - after.length) / piece.length);
  return ['/v1/chat/completions', before + piece.repeat(n) + after];
};
const nested = depth => '{"properties":{"a":'.repeat(depth) + '{}' + '}}'.repeat(depth);

/** As many calls, each answered at once, as there is room for. */
const calls = name => ['/v1/responses', fill('{"input":[{"role":"user","content":"x"},', i =>
  `{"type":"function_call","call_id":"c${i}","name":"${name(i)}","arguments":"{}"},`
  + `{"type":"function_call_output","call_id":"c${i}","output":"x"}`, ']}')];

/** Values in one body, as json.h counts them, and how many of a kind that is. */
const NODES = 99_000;
const each = n => Math.floor(NODES / n);

/** [what it is, [path, body]] */
const REFUSED = [
  ['too many numbers', chatWith('x', '[', () => '0', ']')],
  ['too many empty lists', chatWith('x', '[', () => '[]', ']')],
  ['too deep', ['/v1/chat/completions', '['.repeat(BODY)]],
  ['too many names', chatWith('x', '{', () => '"a":1', '}')],
  ['a huge number', chatWith('max_tokens', '', () => `1${'0'.repeat(900_000)}`, '', 1)],
  ['a number past all', chatWith('max_tokens', '', () => '1e400', '', 1)],
  ['NULs', ['/v1/responses', '\0'.repeat(BODY)]],
  ['a string that does not end', ['/v1/responses', `{"input":"${'x'.repeat(BODY - 10)}`]],
].map(shape => [...shape, 400, LITTLE_MB]);

/** [what it is, [path, body], the status] */
const SHAPES = [
  ['numbers', chatWith('x', '[', () => '0', ']', NODES), 200],
  ['empty lists', chatWith('x', '[', () => '[]', ']', each(2)), 200],
  ['empty objects', chatWith('x', '[', () => '{}', ']', each(2)), 200],
  ['one name again and again', chatWith('x', '{', () => '"a":1', '}', NODES), 200],
  ['names and strings', chatWith('x', '{', i => `"k${i % 99}":"v"`, '}', NODES), 200],
  ['metadata, repeated in the answer', responsesWith('metadata', '{', () => '"a":"b"', '}', NODES),
    200],
  ['line breaks', text('user', '\\n'), 200],
  ['control characters', text('user', '\\u0001'), 200],
  ['control characters for the system', text('system', '\\u0001'), 200],
  ['escaped NULs', text('user', '\\u0000'), 200],
  ['surrogate pairs', text('user', '\\ud83d\\ude00'), 200],
  ['backslashes', text('system', '\\\\'), 200],
  ['messages', ['/v1/chat/completions', fill('{"messages":[', i =>
    `{"role":"${i % 2 ? 'assistant' : 'user'}","content":"x"}`, `,${USER}]}`, each(3) | 1)], 200],
  ['system messages', ['/v1/chat/completions', fill('{"messages":[', () =>
    '{"role":"system","content":"x"}', `,${USER}]}`, each(3))], 200],
  ['parts', ['/v1/chat/completions', fill('{"messages":[{"role":"user","content":[', () =>
    '{"type":"text","text":"x"}', ']}]}', 4096)], 200],
  ['too many parts', ['/v1/chat/completions', fill('{"messages":[{"role":"user","content":[', () =>
    '{"type":"text","text":"x"}', ']}]}', each(3))], 400],
  ['calls', calls(() => 'f'), 200],
  ['calls of too many tools', calls(i => `f${i}`), 400],
  ['tools', responsesWith('tools', '[', i => `{"type":"function","name":"f${i}","description":"`
    + `${'d'.repeat(900)}","parameters":{"properties":{"a":{"type":"string"}}}}`, ']', 512), 200],
  ['a wide schema', responsesWith('tools', '[{"type":"function","name":"f","parameters":'
    + '{"properties":{', () => '"a":true', '}}}]', NODES), 200],
  ['a wide schema of the answer', responsesWith('text', '{"format":{"type":"json_schema",'
    + '"name":"x","schema":{"type":"object","properties":{"a":{"enum":[', () => '""', ']}}}}}',
  NODES), 200],
  ['deep schemas', responsesWith('tools', '[', i =>
    `{"type":"function","name":"f${i}","parameters":${nested(28)}}`, ']', 512), 200],
  ['stops', chatWith('stop', '[', () => `"${'\\"'.repeat(120_000)}"`, ']', 4), 200],
  ['an image', ['/v1/responses', '{"input":[{"role":"user","content":[{"type":"input_image",'
    + `"image_url":"data:image/gif;base64,R0lG${'ODlh'.repeat(260_000)}"}]},${USER}]}`], 200],
  ['a file of control characters', ['/v1/responses', '{"input":[{"role":"user","content":['
    + `{"type":"input_file","file_data":"${'AQEB'.repeat(260_000)}"}]},${USER}]}`], 200],
];

const status = pid => fs.readFileSync(`/proc/${pid}/status`, 'utf8');
const peak = () => Math.max(...stack.workers().map(pid =>
  Number(status(pid).match(/^VmHWM:\s*(\d+) kB/m)[1]) / 1024));

/** The peaks count from here. */
function forget() {
  for (const pid of stack.workers()) fs.writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

for (const [name, [path, whole], expected, most = MOST_MB] of [...REFUSED, ...SHAPES])
  for (const stream of [false, true])
    test(`${name}${stream ? ' streamed' : ''}`, LIMIT, async t => {
      const body = stream && whole[0] === '{' ? `{"stream":true,${whole.slice(1)}` : whole;
      forget();
      const res = await fetch(stack.url + path, {
        method: 'POST', body, headers: {
          authorization: `Bearer ${stack.key}`, 'content-type': 'application/json',
        },
      });
      const said = await res.text();
      t.diagnostic(`${res.status} ${peak().toFixed(1)} MB`);
      assert.equal(res.status, expected, said.slice(0, 500));
      assert.ok(peak() < most, `${peak()} MB`);
    });
