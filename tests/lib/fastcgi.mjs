// The web server's side of FastCGI, as bytes: for what no web server would send.
import net from 'node:net';
import {once} from 'node:events';

const BEGIN = 1, PARAMS = 4;

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

export async function connect(path) {
  const socket = net.connect(path);
  await once(socket, 'connect');
  return socket;
}
