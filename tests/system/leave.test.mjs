// A client leaves at each step of its request, in each way that there is.
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import net from 'node:net';
import {after, test} from 'node:test';
import {connectTo} from '../lib/h2.mjs';
import {until} from '../lib/proc.mjs';
import {head} from '../lib/raw.mjs';
import {setting, startStack} from '../lib/stack.mjs';
import {startTls} from '../lib/tls.mjs';
import {PART, PATHS, body} from './ask.mjs';
import {below, descriptorsOf, written} from './watch.mjs';

const LIMIT = {timeout: 60_000};
const CHAT = `/v1${PATHS.chat}`;
const LONG = 8_000_000; /* more than all the buffers between a worker and its client */

const options = {
  claude: setting('FAKE_CLAUDE'),
  env: {
    PROXY_CHILDREN: '1', PROXY_WORKERS: '4', PROXY_PARKED: '1', PROXY_START_SECONDS: '120',
    PROXY_IDLE_SECONDS: '120', PROXY_QUEUE_SECONDS: '120',
  },
};

/** A connection of its own; nothing is read of it before read(). */
function watched(stream, leave, stay) {
  const client = {
    stream, leave, stay, seen: '',
    read: () => stream.on('data', data => client.seen += data),
    until: text => until(() => client.seen.includes(text), 10_000, `${text} has come`),
  };
  stream.on('error', () => {});
  return client;
}

const jsonOf = query => JSON.stringify(body({stream: true, ...query}));

/** HTTP/1.1 as bytes. */
const stack = await startStack(options);
after(() => stack.stop());

function connectPlain(how) {
  const socket = net.connect({port: stack.port, host: '127.0.0.1', allowHalfOpen: true});
  return watched(socket.setEncoding('utf8'), () => how(socket), () => socket.destroy());
}

const post = length => head(`POST ${CHAT} HTTP/1.1`, `Authorization: Bearer ${stack.key}`,
  'Content-Type: application/json', `Content-Length: ${length}`);

const plain = {
  keeper: stack.pid, nginx: stack.nginx.pid,
  children: stack.children,
  async ask(path, text) {
    const res = await fetch(stack.url + path, {
      headers: {authorization: `Bearer ${stack.key}`, 'content-type': 'application/json'},
      signal: AbortSignal.timeout(20_000), ...text && {method: 'POST', body: text},
    });
    return {status: res.status, text: await res.text()};
  },
  begin: how => connectPlain(how),
  sendHalfHead: ({stream}) => stream.write(post(100).slice(0, -20)),
  sendHalfBody: ({stream}) => stream.write(`${post(100)}{"messages":`),
  send({stream}, text) {
    stream.write(post(Buffer.byteLength(text)) + text);
  },
};

/* This one does not leave, nor read: what comes of it takes twice GATEWAY_SEND_SECONDS. */
const patient = await startStack(options);
after(() => patient.stop());
const stuck = net.connect(patient.port, '127.0.0.1').pause().on('error', () => {});
plain.send({stream: stuck}, jsonOf({text: `fake:long delta ${LONG}`}));

/** HTTP/2: a stream ends and its connection stays. */
const server = await startTls(options);
after(() => server.stop());

/* Each from an address of its own, as one may not ask so fast. */
let last = 256;
const connect = () => connectTo(server, {from: `127.0.${++last >> 8}.${last & 255}`});

const tls = {
  keeper: server.gateways[0].process.pid, nginx: server.nginx.pid,
  children: server.children,
  async ask(path, text) {
    const connection = connect();
    const got = await connection.ask(path, {body: text});
    connection.close();
    return got;
  },
  begin() {
    const connection = connect();
    const stream = connection.session.request({
      ':method': 'POST', ':path': CHAT, authorization: `Bearer ${server.key}`,
      'content-type': 'application/json',
    }).setEncoding('utf8');
    return watched(stream, () => stream.close(http2.constants.NGHTTP2_CANCEL), connection.close);
  },
  sendHalfBody: ({stream}) => stream.write('{"messages":'),
  send: ({stream}, text) => stream.end(text),
};

async function untilChildren(place, counts, queue = 0) {
  await until(async () => {
    const all = JSON.parse((await place.ask('/health?deep=1')).text);
    return all.queue === queue && Object.entries(counts).every(([state, n]) =>
      all.children[state] === n);
  }, 10_000, `${JSON.stringify(counts)}, ${queue} waiting`);
}

/** [pid, how many] of the gateway and of nginx. */
const descriptors = place => [place.keeper, place.nginx].flatMap(parent =>
  [parent, ...below(parent).map(p => p.pid)].map(pid => [pid, descriptorsOf(pid)]));

/* nginx may not have closed the connection of the last question yet, then or now. */
async function assertNoMore(place) {
  place.most ??= new Map(descriptors(place));
  const more = () => descriptors(place).filter(([pid, n]) => !(n <= place.most.get(pid)));
  await until(() => more().length === 0, 5000, 'no descriptor is left')
    .catch(err => assert.deepEqual(more(), [], err.message));
}

async function assertServes(place) {
  const {status, text} = await place.ask(CHAT, JSON.stringify(body({text: 'hello'})));
  assert.equal(status, 200, text);
  assert.match(text, /You wrote: hello"/);
}

/* A child that is parked only then would stay. */
async function renew(place) {
  await untilChildren(place, {leased: 0});
  process.kill(place.keeper, 'SIGHUP');
  await untilChildren(place, {leased: 0, parked: 0, stopping: 0});
  await until(() => place.children().length === 0, 5000, 'no child is left');
}

/** Where a client is when it leaves, and how many children are kept because it was served. */
const STEPS = [
  {name: 'in its head', of: 'sendHalfHead'},
  {name: 'in its body', of: 'sendHalfBody'},
  {name: 'while it waits for a child', query: {text: 'hello'}, waits: true},
  {name: 'as the child boots', query: {system: 'fake:hang before', text: 'hello'}},
  {name: 'before the first byte', query: {text: 'fake:hang init'}},
  {name: 'in the middle', query: {text: 'fake:hang mid'}, seen: PART},
  {name: 'when it has stopped reading', query: {text: `fake:long delta ${LONG}`}, stalls: true},
  {name: 'at the end', query: {text: 'hello'}, seen: '[DONE]', kept: 1},
];

async function goTo(place, client, {of, query, waits, seen, stalls}) {
  if (of) return place[of](client);
  place.send(client, jsonOf(query));
  if (!stalls) client.read();
  if (seen) return client.until(seen);
  await untilChildren(place, {leased: 1}, waits ? 1 : 0);
  if (stalls)
    await until(() => written(place.children()[0].pid) > LONG, 10_000, 'nobody takes more');
}

/** Has the only child, until it leaves. */
async function takeChild(place) {
  const holder = place.begin(socket => socket.destroy());
  place.send(holder, jsonOf({text: 'fake:hang mid'}));
  holder.read();
  await holder.until(PART);
  return holder;
}

const WAYS = [
  {name: 'FIN', place: plain, how: socket => socket.destroy()},
  {name: 'RST', place: plain, how: socket => socket.resetAndDestroy()},
  {name: 'a FIN of half the connection', place: plain, how: socket => socket.end()},
  {name: 'RST_STREAM', place: tls},
];

for (const {name, place, how} of WAYS)
  for (const step of STEPS.filter(({of}) => !of || place[of]))
    test(`${step.name}: ${name}`, LIMIT, async () => {
      await renew(place);
      await assertNoMore(place);
      const holder = step.waits && await takeChild(place);
      const client = place.begin(how);
      await goTo(place, client, step);
      client.leave();
      await untilChildren(place, {leased: holder ? 1 : 0, stopping: 0, parked: step.kept ?? 0});
      holder?.leave();
      holder?.stay();
      await assertServes(place);
      client.stay();
      await renew(place);
      await assertNoMore(place);
    });

test('one that stays and does not read is given up', {timeout: 100_000}, async () => {
  await until(() => / error=client_gone$/m.test(patient.log()), 80_000, 'it counts as gone');
  await until(() => patient.children().length === 0, 5000, 'its child has ended');
  stuck.destroy();
});
