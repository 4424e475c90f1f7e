// FastCGI as bytes: records, and requests that are made of them, to a gateway without nginx.
import net from 'node:net';

export const BEGIN = 1, ABORT = 2, PARAMS = 4, STDIN = 5, DATA = 8, GET_VALUES = 9;

/** One record; `more` makes a header that lies. */
export function record(type, content = '', more = {}) {
  const body = Buffer.from(content, 'latin1');
  const {version = 1, id = 1, padding = 0, length = body.length} = more;
  const header = Buffer.from([version, type, id >> 8, id & 255, length >> 8 & 255, length & 255,
    padding, 0]);
  return Buffer.concat([header, body, Buffer.alloc(padding)]);
}

export const begin = ({role = 1, flags = 0, ...more} = {}) =>
  record(BEGIN, Buffer.from([role >> 8, role & 255, flags, 0, 0, 0, 0, 0]), more);

const lengthOf = n => n < 128 ? Buffer.from([n])
  : Buffer.from([n >>> 24 | 128, n >> 16 & 255, n >> 8 & 255, n & 255]);

/** A name and its value; `lengths` stand in for theirs. */
export function pair(name, value, lengths = {}) {
  const [a, b] = [name, value].map(text => Buffer.from(text, 'latin1'));
  return Buffer.concat([lengths.name ?? lengthOf(a.length), lengths.value ?? lengthOf(b.length),
    a, b]);
}

/** A stream of a type: records of at most `most` bytes, and the empty one that ends it. */
export function stream(type, content, most = 65535) {
  const all = Buffer.from(content, 'latin1');
  const records = [];
  for (let i = 0; i < all.length; i += most) records.push(record(type, all.subarray(i, i + most)));
  return Buffer.concat([...records, record(type)]);
}

/** What comes of a request before its body; `params` are [name, value] pairs. */
export function head(params) {
  const pairs = Buffer.concat(params.map(([name, value]) => pair(name, value)));
  return Buffer.concat([begin(), stream(PARAMS, pairs)]);
}

/** What nginx sends of a request. */
export function request(params, body = '') {
  return Buffer.concat([head(params), stream(STDIN, body)]);
}

/**
 * Sends bytes to the socket and resolves to all that came back, once the gateway closed or died.
 * `whole`: it is a whole request, so the answer is waited for; else nothing more is to come.
 */
export function talk(path, bytes, whole) {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = net.connect({path, allowHalfOpen: true});
    socket.setTimeout(20_000, () => socket.destroy(new Error('the gateway does not close')));
    socket.on('data', data => text += data.toString('latin1'));
    socket.on('end', () => socket.end());
    socket.on('error', err => {
      if (!/^(EPIPE|ECONNRESET)$/.test(err.code)) reject(err);
    });
    socket.on('close', () => resolve(text));
    socket.write(bytes);
    if (!whole) socket.end();
  });
}
