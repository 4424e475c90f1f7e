// Malformed FastCGI, straight to the gateway's socket: no memory error, and every worker is back.
import assert from 'node:assert/strict';
import path from 'node:path';
import {after, test} from 'node:test';
import * as fcgi from '../lib/fcgi.mjs';
import {until} from '../lib/proc.mjs';
import {dice, seedOf} from '../lib/random.mjs';
import {setting, startStack} from '../lib/stack.mjs';
import {assertAnswers} from './ask.mjs';

const N = 5000;
const WORKERS = 12;
const seed = seedOf();
const stack = await startStack({
  claude: setting('FAKE_CLAUDE'),
  env: {
    PROXY_WORKERS: String(WORKERS),
    // libfcgi asks for as much as a record says, up to 4 GB, and asserts that it got it; and it
    // forgets the names of an FCGI_GET_VALUES that is broken.
    ASAN_OPTIONS: 'allocator_may_return_null=1:max_allocation_size_mb=256',
    LSAN_OPTIONS: `suppressions=${path.resolve(import.meta.dirname, '../lib/libfcgi.supp')}`
      + ':print_suppressions=0',
  },
});
after(() => stack.stop());
const socket = path.join(stack.dir, 'proxy.sock');

const BODY = JSON.stringify({model: 'sonnet', messages: [{role: 'user', content: 'hello'}]});
const noise = (d, n) => Buffer.from(Array.from({length: n}, () => d.below(256)));
const url = d => d.one(['/v1/chat/completions', '/v1/responses', '/v1/models', '/health', '/']);

/** What nginx would say of a request, with some of it wrong. */
function params(d, body) {
  const good = [
    ['GATEWAY_INTERFACE', 'CGI/1.1'], ['SERVER_PROTOCOL', 'HTTP/1.1'],
    ['REQUEST_METHOD', d.one(['GET', 'POST', 'POST', 'HEAD', 'OPTIONS', ''])],
    ['PATH_INFO', url(d)], ['CONTENT_TYPE', 'application/json'],
    ['CONTENT_LENGTH', String(body.length)], ['HTTP_AUTHORIZATION', `Bearer ${stack.key}`],
  ];
  const value = () => d.one(['', '\0', '-1', '0x5', '99999999999999999999', '1e9', ' 7', '\xff\xfe',
    'x'.repeat(d.below(70_000)), noise(d, d.below(300)).toString('latin1')]);
  const list = d.some(good, 0.9);
  for (const entry of d.some(list, 0.15)) entry[1] = value();
  d.times(3, () => list.push([d.one(['HTTP_X', '', 'PATH_INFO', '\0', 'HTTP_ORIGIN']), value()]));
  return list;
}

const whole = d => fcgi.request(params(d, BODY), BODY);

const HUGE = [[255, 255, 255, 255], [255, 255, 255, 0], [128, 1, 0, 0], [192, 0, 0]];

/** Ways to be malformed. Each gives bytes after which nothing comes. */
const WAYS = [
  d => noise(d, d.below(2000)),
  d => whole(d).subarray(0, d.below(400)),
  function flipped(d) {
    const bytes = whole(d);
    const n = Math.min(bytes.length, 600);
    for (let i = d.below(6); i >= 0; i--) bytes[d.below(n)] = d.below(256);
    return bytes;
  },
  function shuffled(d) {
    const bytes = whole(d);
    const at = d.below(bytes.length);
    return Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]);
  },
  function lengths(d) {
    const lie = () => d.maybe(0.05) ? Buffer.from(d.one(HUGE)) : undefined;
    const text = most => noise(d, d.below(most));
    const pairs = Buffer.concat(d.times(4, () =>
      fcgi.pair(text(40), text(200), {name: lie(), value: lie()})));
    return Buffer.concat([fcgi.begin(), fcgi.stream(fcgi.PARAMS, pairs, 1 + d.below(90)),
      fcgi.stream(fcgi.STDIN, BODY)]);
  },
  d => Buffer.concat([fcgi.begin(), ...d.times(12, () => fcgi.record(d.below(14),
    noise(d, d.below(100)), {
      version: d.one([1, 1, 1, 0, 2, 255]), id: d.one([1, 1, 0, 2, 65535]), padding: d.below(256),
      ...d.maybe(0.3) && {length: d.below(65536)},
    }))]),
  d => Buffer.concat([
    fcgi.begin({role: d.one([0, 1, 2, 3, 65535]), flags: d.below(256), id: d.below(3)}),
    fcgi.stream(fcgi.PARAMS, Buffer.concat(params(d, BODY).map(p => fcgi.pair(...p))),
      1 + d.below(3000)),
    ...d.some([fcgi.record(fcgi.ABORT), fcgi.begin(), fcgi.record(fcgi.DATA, 'x'),
      fcgi.record(fcgi.GET_VALUES, fcgi.pair('FCGI_MAX_CONNS', ''), {id: 0})], 0.4),
    fcgi.stream(fcgi.STDIN, BODY.slice(0, d.below(BODY.length + 1)), 1 + d.below(60)),
    ...d.times(1, () => whole(d)),
  ]),
];

/** A request that is well made, but asks for anything: the gateway has to answer it. */
async function answered(d) {
  const body = d.one(['', '{', noise(d, 40).toString('latin1'), '[[[[', '{"a":"\\u0000"}', '{}']);
  const text = await fcgi.talk(socket, fcgi.request(params(d, body), body), true);
  assert.match(text, /Content-Type: (application\/json|text\/plain)|Status: 204/i);
}

/* `claude-code-proxy: fcgiapp.c:1201: …` and then the end of the worker, by SIGABRT alone. */
const aborts = () => stack.log().match(/fcgiapp\.c:\d+: .*Assertion .* failed/g) ?? [];
const ends = () => stack.log().match(/^.*worker \d+ .*$/gm) ?? [];

test('5,000 malformed requests', {timeout: 400_000}, async t => {
  t.diagnostic(`FUZZ_SEED=${seed}`);
  let next = 0;
  await Promise.all(Array.from({length: 8}, async () => {
    while (next < N) {
      const d = dice(seed + next++);
      if (d.maybe(0.2)) await answered(d);
      else await fcgi.talk(socket, d.one(WAYS)(d), false);
    }
  }));
  t.diagnostic(`${aborts().length} aborts of libfcgi`);
});

test('what ended a worker is an assertion of libfcgi, and nothing else', async () => {
  await until(() => stack.workers().length === WORKERS, 20_000, 'every worker is back');
  for (const line of ends()) assert.match(line, /was ended by signal 6"?$/);
  assert.equal(ends().length, aborts().length, stack.log().slice(-3000));
});

test('the next request is answered', () => assertAnswers(stack));
