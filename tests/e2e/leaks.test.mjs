// After a thousand requests nothing that they said, and no key, is to be found on the machine.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {after, test} from 'node:test';
import {leasesOf} from '../lib/kept.mjs';
import {Search, coresBelow} from '../lib/marks.mjs';
import {end, until} from '../lib/proc.mjs';
import {head, raw} from '../lib/raw.mjs';
import {SETTLED_MS, post, startReal} from '../lib/real.mjs';
import {blocksOf, gate, says, toolId} from '../lib/upstream.mjs';

const MINUTES = {timeout: 900_000};
const CHAT = '/v1/chat/completions';
const RESPONSES = '/v1/responses';

/** What each mark begins with, and so all that is searched for, beside the key. */
const MARK = `mark${randomBytes(10).toString('hex')}`;
const KEY = `sk-test-${randomBytes(10).toString('hex')}`;
let marks = 0;
const mark = () => `${MARK}x${++marks}`;

const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'ccp-leaks-'));
after(() => fs.rmSync(tmp, {recursive: true}));

/** Core files are as welcome as they can be, and a sanitizer lets crashes be. */
const CORES = 'ulimit -S -c "$(ulimit -H -c)" && exec "$@"';
const {stack, upstream} = await startReal({
  keeps: true, key: KEY, within: ['sh', '-c', CORES, 'sh'],
  env: {TMPDIR: tmp, ASAN_OPTIONS: 'handle_segv=0:disable_coredump=0'},
});
const search = new Search(stack, tmp, [MARK, KEY]);

/** The model says what it was told, calls the function, or fails. */
let called = 0;
upstream.otherwise = turn => {
  const text = blocksOf(turn.body).at(-1)[1].map(block => block.text ?? '').join('');
  if (text.startsWith('CALL')) {
    turn.begin();
    turn.call(turn.body.tools[0].name, toolId(++called), JSON.stringify({text}));
    return turn.end('tool_use');
  }
  if (text.startsWith('REFUSE')) return turn.refuse(400, 'invalid_request_error', text);
  if (!text.startsWith('CUT')) return says('You say ', text)(turn);
  turn.begin();
  turn.text(text);
  turn.cut();
};

/** Every header that a client may send and that nothing here reads. */
const headers = () => Object.fromEntries(['user-agent', 'cookie', 'referer', 'x-forwarded-for',
  'forwarded', 'proxy', 'x-request-id', 'openai-organization', 'idempotency-key', 'from', 'via',
  'accept-language', 'x-api-key', 'api-key', 'traceparent', 'x-stainless-lang', 'if-none-match',
  'baggage'].map(name => [name, mark()]));

let requests = 0;

/** A request with marks all over it. */
function send(at, body, more = {}) {
  requests++;
  return post(stack, `${at}?user=${mark()}&${mark()}`, body, {...headers(), ...more});
}

async function refused(status, at, body, more) {
  const res = await send(at, body, more);
  assert.equal(res.status, status, res.text);
}

const LOOK = () => ({name: mark(), description: mark(), parameters: {type: 'object',
  properties: {[mark()]: {type: 'string', description: mark(), enum: [mark()]}}}});
const PDF = () => Buffer.from(`%PDF-1.4\n${mark()}\n%%EOF\n`).toString('base64');
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ'
  + 'RU5ErkJggg==';

/** A conversation of n turns with one child, each of a new kind. */
async function chat(n, stream) {
  const tools = [{type: 'function', function: LOOK()}];
  const messages = [{role: 'system', content: mark()}];
  for (let i = 0; i < n; i++) {
    const last = messages.at(-1);
    if (last.tool_calls) {
      messages.push({role: 'tool', tool_call_id: last.tool_calls[0].id, content: mark()});
    } else {
      messages.push({role: 'user', content: [
        {type: 'text', text: `${i % 4 === 1 ? 'CALL' : 'Hear'} ${mark()} "\\é\n`},
        ...i % 10 === 0
          ? [{type: 'image_url', image_url: {url: `data:image/png;base64,${PNG}`}},
            {type: 'file', file: {file_data: PDF(), filename: `${mark()}.pdf`}}] : [],
      ]});
    }
    const res = await send(CHAT, JSON.stringify({
      model: 'opus', messages, tools, stream, user: mark(), metadata: {[mark()]: mark()},
      stop: [mark()], prompt_cache_key: mark(), seed: 1,
    }));
    assert.equal(res.status, 200, res.text);
    messages.push(stream ? foldedChat(res.text) : JSON.parse(res.text).choices[0].message);
  }
}

function foldedChat(text) {
  const deltas = text.split('\n\n').filter(frame => frame.startsWith('data: {'))
    .map(frame => JSON.parse(frame.slice(6)).choices[0]?.delta ?? {});
  const content = deltas.map(delta => delta.content ?? '').join('') || null;
  const parts = deltas.flatMap(delta => delta.tool_calls ?? []);
  if (parts.length === 0) return {role: 'assistant', content};
  const args = parts.map(part => part.function.arguments ?? '').join('');
  return {role: 'assistant', content, tool_calls: [{id: parts[0].id, type: 'function',
    function: {name: parts[0].function.name, arguments: args}}]};
}

async function responses(n, stream) {
  const tools = [{type: 'function', ...LOOK()}];
  const instructions = mark();
  const input = [];
  for (let i = 0; i < n; i++) {
    const last = input.at(-1);
    if (last?.type === 'function_call')
      input.push({type: 'function_call_output', call_id: last.call_id, output: mark()});
    else
      input.push({role: 'user', content: `${i % 4 === 1 ? 'CALL' : 'Hear'} ${mark()} "\\é\n`});
    const res = await send(RESPONSES, JSON.stringify({
      model: 'opus', instructions, input, tools, stream, store: false, safety_identifier: mark(),
    }));
    assert.equal(res.status, 200, res.text);
    const events = stream ? res.text.trim().split('\n\n') : [];
    const answer = stream ? JSON.parse(events.at(-1).split('\ndata: ')[1]).response
      : JSON.parse(res.text);
    input.push(...answer.output);
  }
}

async function talks(talk) {
  for (let i = 0; i < 5; i++) await talk(70, i % 2 === 1);
}

/** Bodies that nothing can be made of. */
const BROKEN = [
  text => `{"model":"opus","messages":[{"role":"user","content":"${text}`,
  text => `{"${text}":}`, text => text, text => `"${text}"`, text => `["${text}"]`,
  text => JSON.stringify({model: 'opus', messages: [{role: text, content: text}]}),
  text => JSON.stringify({model: 'opus', messages: text}),
  text => `{"messages":[{"role":"user","content":"${text}\\x00"}]}`,
  text => `{"messages":[{"role":"user","content":"${text}\\ud80"}]}`,
  text => `${'['.repeat(500)}"${text}"`,
  text => `{"messages":[{"role":"user","content":[{"type":"${text}","text":"${text}"}]}]}`,
  text => JSON.stringify({messages: [{role: 'user', content: [
    {type: 'image_url', image_url: {url: `file:///${text}`}}]}]}),
];

/** A whole megabyte, which is all that a body may have, of marks. */
const large = () => `{"${`${mark()} `.repeat(2 ** 20)}`.slice(0, 2 ** 20);

async function* chunks(text) {
  for (let i = 0; i < text.length; i += 100_000) yield Buffer.from(text.slice(i, i + 100_000));
}

const keys = () => [
  {authorization: `Bearer ${mark()}`}, {authorization: `Bearer ${KEY}${mark()}`},
  {authorization: `Bearer ${KEY.slice(0, -1)}`}, {authorization: `Bearer ${KEY} ${mark()}`},
  {authorization: `Basic ${btoa(`${mark()}:${KEY}`)}`}, {authorization: `${mark()} ${KEY}`},
  {authorization: KEY},
];

async function wrong() {
  const hello = JSON.stringify({model: 'opus', messages: [{role: 'user', content: mark()}]});
  for (let i = 0; i < 7; i++) {
    for (const make of BROKEN)
      for (const at of [CHAT, RESPONSES]) await refused(400, at, make(mark()));
    for (const more of keys()) await refused(401, [CHAT, RESPONSES][i % 2], hello, more);
    await refused(400, CHAT, large());
    await refused(400, RESPONSES, chunks(large()));
    await refused(404, CHAT,
      JSON.stringify({model: mark(), messages: [{role: 'user', content: mark()}]}));
    await refused(404, RESPONSES, JSON.stringify({model: mark(), input: mark()}));
    await refused(404, `/v1/${mark()}`, hello);
    await refused(405, `/v1/models/${mark()}`, hello);
    await refused(405, '/v1/models', hello);
  }
}

const AUTH = `Authorization: Bearer ${KEY}`;

/** What no HTTP client sends, and nginx answers by itself. */
async function odd() {
  const said = () => `X-Said: ${mark()}`;
  const requestsOf = () => [
    [`${mark().toUpperCase()} /v1/models HTTP/1.1`, AUTH],
    [`GET /v1/models/${mark()} HTTP/1.1`, AUTH],
    [`GET /v1/${mark()}%00 HTTP/1.1`, AUTH],
    [`GET /${mark()}/%zz HTTP/1.1`, AUTH],
    [`GET /../${mark()} HTTP/1.1`, AUTH],
    [`GET /v1/${mark()} HTTP/9.9`, AUTH],
    [`GET /v1/${mark().repeat(400)} HTTP/1.1`, AUTH],
    [`GET http://${mark()}/v1/models HTTP/1.1`, AUTH],
    ['GET /v1/models HTTP/1.1', AUTH, AUTH],
    ['GET /v1/models HTTP/1.1', `${mark()}: ${mark()}`, `bad ${mark()}`],
    ['GET /v1/models HTTP/1.1', AUTH, `X-Long: ${mark().repeat(1500)}`],
    [`${mark()} ${KEY}`],
    ['POST /v1/responses HTTP/1.1', AUTH, `Upgrade: ${mark()}`, 'Content-Length: 0'],
    ['POST /v1/responses HTTP/1.1', AUTH, `Content-Length: ${mark()}`],
    ['POST /v1/responses HTTP/1.1', AUTH, `Transfer-Encoding: ${mark()}`],
    ['POST /v1/responses HTTP/1.1', AUTH, `Expect: ${mark()}`, 'Content-Length: 0'],
  ];
  for (let i = 0; i < 4; i++) {
    for (const [line, ...lines] of requestsOf()) {
      requests++;
      await raw(stack.port, head(line, ...lines, said()));
    }
  }
}

/** Answers that fail, and one that nobody waits for. */
async function failing() {
  for (const [at, body] of [
    [CHAT, text => ({messages: [{role: 'user', content: text}]})],
    [RESPONSES, text => ({input: text})],
  ]) {
    const ask = text => JSON.stringify({model: 'opus', stream: true, ...body(`${text} ${mark()}`)});
    await refused(400, at, ask('REFUSE'));
    await send(at, ask('CUT'));
    const door = gate();
    upstream.script(async turn => {
      turn.begin();
      turn.text(mark());
      await turn.pass(door);
    });
    const left = new AbortController();
    requests++;
    const res = await fetch(stack.url + at, {method: 'POST', body: ask('Wait'), signal: left.signal,
      headers: {authorization: `Bearer ${KEY}`, 'content-type': 'application/json'}});
    await res.body.getReader().read();
    assert.deepEqual(search.inProcesses(), []);
    left.abort();
    await until(() => upstream.requests.at(-1).state !== 'open', SETTLED_MS, 'the model is left');
  }
}

const mtimes = () => ['body', 'fastcgi', 'proxy'].map(name =>
  fs.statSync(path.join(stack.dir, name)).mtimeMs);

/** The search would find what there is to find. */
test('what is hidden is found', () => {
  const file = path.join(stack.dir, 'home', 'hidden');
  for (const text of [`x${MARK}`, btoa(`x${MARK}y`), btoa(`xy${KEY}z`), btoa(`xyz${MARK}`),
    Buffer.from(MARK, 'utf16le'), Buffer.from(KEY).toString('hex'),
    KEY.replace(/./g, c => `%${c.charCodeAt().toString(16)}`)]) {
    fs.writeFileSync(file, text);
    assert.deepEqual(search.inFiles(), [file], String(text));
  }
  fs.rmSync(file);
  fs.writeFileSync(file + MARK, '');
  assert.deepEqual(search.inFiles(), [file + MARK]);
  fs.rmSync(file + MARK);
  assert.deepEqual(search.inFiles(), []);
});

test('a thousand requests', MINUTES, async () => {
  const before = mtimes();
  await Promise.all([
    talks(chat), talks(responses), wrong().then(odd).then(() =>
      assert.deepEqual(search.inProcesses(), [])),
  ]);
  assert.deepEqual(search.inProcesses(), []);
  await failing();
  assert.deepEqual(search.inFiles(), []);
  assert.deepEqual(search.inProcesses(), []);
  assert.deepEqual(mtimes(), before, 'nginx has made temporary files');
  assert.ok(upstream.strays.every(it => !it.includes(MARK) && !it.includes(KEY)));
  assert.ok(requests >= 1000, `${requests} requests`);
  assert.ok(marks > 10_000, `${marks} marks`);
  assert.ok(leasesOf(stack).filter(lease => lease === 'continued').length > 600);
});

/** How the kernel names core files; a path or a program takes them elsewhere (confine.test.mjs). */
const PATTERN = fs.readFileSync('/proc/sys/kernel/core_pattern', 'utf8');

test('a crash leaves no core file', MINUTES, async () => {
  const other = spawn('sh', ['-c', CORES, 'sh', 'sh', '-c', 'echo; read nothing'], {cwd: tmp});
  await once(other.stdout, 'data');
  await end(other, 'SIGSEGV', 10_000);
  assert.equal(coresBelow(tmp).length, /^[|/]/.test(PATTERN) ? 0 : 1, 'nobody leaves core files');

  upstream.script(turn => turn.hang());
  const asked = post(stack, CHAT, JSON.stringify(
    {model: 'opus', messages: [{role: 'user', content: mark()}]}));
  const n = upstream.requests.length;
  await until(() => upstream.requests.length > n, 30_000, 'the model is asked');
  await refused(400, CHAT, mark());
  const [, worker] = await until(() => stack.log().match(/ pid=(\d+) msg=request .*status=400/),
    SETTLED_MS, 'there is a worker that has heard of it');
  /* Of those with a core the CLI handles some itself. */
  const [child] = stack.children();
  for (const [pid, signal] of [[child.pid, 'SIGXCPU'], [worker, 'SIGSEGV']]) {
    process.kill(pid, signal);
    await until(() => !fs.existsSync(`/proc/${pid}`), SETTLED_MS, `${pid} has ended`);
  }
  assert.ok((await asked).status >= 500);
  assert.deepEqual(coresBelow(stack.dir), []);
  assert.deepEqual(search.inFiles(), []);
});
