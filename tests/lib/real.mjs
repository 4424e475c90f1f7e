// The stack with the real CLI behind it and the stand-in for Anthropic behind that.
import assert from 'node:assert/strict';
import {after, afterEach} from 'node:test';
import OpenAI from 'openai';
import {until} from './proc.mjs';
import {setting, startStack} from './stack.mjs';
import {startUpstream} from './upstream.mjs';

/** How long one test may take. */
export const LIMIT = {timeout: 60_000};

/** The same for one of many children, on a machine that has other things to do. */
export const LONG = {timeout: 180_000};

/** Time for a child that is not needed any more: less than what it has before it is killed. */
export const GONE_MS = 1900;

/** The same on a machine however busy: it may have had to be killed. */
export const SETTLED_MS = 10_000;

export function realEnv(upstream) {
  return {ANTHROPIC_BASE_URL: upstream.url, ANTHROPIC_API_KEY: 'dummy'};
}

export function clientOf(baseURL, apiKey) {
  return new OpenAI({baseURL, apiKey, maxRetries: 0, timeout: 30_000});
}

const stops = [];

/** What one of a file's stacks has to complain of must not leave the others running. */
function stopAfterwards(stop) {
  stops.push(stop);
  if (stops.length > 1) return;
  after(async () => {
    const ends = await Promise.allSettled(stops.map(end => end()));
    const failed = ends.find(({status}) => status === 'rejected');
    if (failed) throw failed.reason;
  });
}

/**
 * Starts all of it for one test file; after each test every claude that ran for it is gone. With
 * `keeps` children stay with their conversations, until the test is over; `spares` are always
 * there.
 */
export async function startReal({env = {}, keeps = false, spares = 0, ...options} = {}) {
  const upstream = await startUpstream();
  const stack = await startStack({
    claude: setting('REAL_CLAUDE'),
    env: {...realEnv(upstream), ...keeps && {PROXY_PARKED: '4'},
      PROXY_SPARES: String(spares), ...env}, ...options,
  });
  if (spares === 0) afterEach(() => {
    if (keeps && stack.children().length > 0) process.kill(stack.pid, 'SIGHUP');
    return until(() => stack.children().length === 0, SETTLED_MS, 'no claude is left');
  });
  stopAfterwards(async () => {
    try {
      await stack.stop();
    } finally {
      await upstream.stop();
    }
  });
  return {stack, upstream, client: clientOf(stack.baseURL, stack.key)};
}

/** POST of a body as it is, for what no SDK would send. */
export async function post(stack, path, body, headers = {}) {
  const res = await fetch(stack.url + path, {
    method: 'POST', body, signal: AbortSignal.timeout(30_000), duplex: 'half',
    headers: {
      authorization: `Bearer ${stack.key}`, 'content-type': 'application/json', ...headers,
    },
  });
  return {status: res.status, headers: res.headers, text: await res.text()};
}

/** Asserts that an answer is an error as OpenAI's clients know it, and gives its inner object. */
export function errorOf({status, headers, text}, expected) {
  assert.equal(status, expected, text);
  assert.equal(headers.get('content-type'), 'application/json', text);
  const {error, ...rest} = JSON.parse(text);
  assert.deepEqual(rest, {});
  assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'param', 'type']);
  assert.ok(error.message.length > 0);
  return error;
}

/** Everything an async iterable gives. */
export async function all(iterable) {
  const list = [];
  for await (const item of iterable) list.push(item);
  return list;
}
