// The web server's side of FastCGI, as bytes: for what no web server would send.
import assert from 'node:assert/strict';
import net from 'node:net';
import {once} from 'node:events';

const BEGIN = 1, PARAMS = 4, STDIN = 5, STDOUT = 6;

export function record(type, content = Buffer.alloc(0)) {
  const head = Buffer.from([1, type, 0, 1, 0, 0, 0, 0]);
  head.writeUInt16BE(content.length, 4);
  return Buffer.concat([head, content]);
}

/** The record a request begins with: a responder, its connection closed after the answer. */
export const begin = () => record(BEGIN, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0]));

/** One record of parameters, each with a length below 128. */
export const params = values => record(PARAMS, Buffer.concat(
  Object.entries(values).map(([name, value]) =>
    Buffer.concat([Buffer.from([name.length, value.length]), Buffer.from(name + value)]))));

/** Connects to a path, or to what net.connect() takes. */
export async function connect(where) {
  const socket = net.connect(where);
  await once(socket, 'connect');
  return socket;
}

/** Sends a whole request without a body and gives {status, headers, text} of its answer. */
export async function request(where, values) {
  const socket = await connect(where);
  socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
  socket.write(Buffer.concat([begin(), params(values), record(PARAMS), record(STDIN)]));
  let all = Buffer.concat(await socket.toArray());
  let out = '';
  while (all.length >= 8) {
    const length = all.readUInt16BE(4);
    if (all[1] === STDOUT) out += all.toString('utf8', 8, 8 + length);
    all = all.subarray(8 + length + all[6]);
  }
  assert.equal(all.length, 0, 'the answer is made of whole records');
  const [head, ...rest] = out.split('\r\n\r\n');
  const headers = new Headers(head.split('\r\n').map(line => line.split(/: (.*)/s).slice(0, 2)));
  return {status: parseInt(headers.get('status'), 10), headers, text: rest.join('\r\n\r\n')};
}
