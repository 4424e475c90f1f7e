// A client of tests/lib/tls.mjs that speaks HTTP/2, several requests on one connection.
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';

/** The part of an answer that has come, and ways to wait for more. */
function answerOf(stream, head) {
  const {':status': status, ...headers} = head;
  let wake = () => {};
  let ended = false;
  let failure;
  stream.on('data', text => { answer.text += text; wake(); })
    .on('end', () => { ended = true; wake(); })
    .on('error', err => { failure = err; wake(); });
  const more = async () => {
    if (failure) throw failure;
    if (!ended) await new Promise(resolve => wake = resolve);
  };
  const answer = {
    stream, status, headers: new Headers(Object.entries(headers).flatMap(([name, value]) =>
      [value].flat().map(one => [name, one]))), text: '',
    async until(text) {
      while (!answer.text.includes(text)) {
        assert.ok(!ended, `the answer ended before ${text}: ${answer.text}`);
        await more();
      }
    },
    async rest() {
      while (!ended) await more();
      return answer;
    },
    /** Leaves this answer and stays on the connection: RST_STREAM. */
    leave: () => stream.close(http2.constants.NGHTTP2_CANCEL),
  };
  return answer;
}

/**
 * Connects to a server {name, port, ca, key}, from an address of its own if `from` names one.
 * send() resolves when the head of an answer is there, ask() when all of it is; without a body
 * they GET.
 */
export function connectTo(server, {from} = {}) {
  const session = http2.connect(`https://${server.name}:${server.port}`, {
    createConnection: () => tls.connect({
      socket: net.connect({port: server.port, host: '127.0.0.1', localAddress: from}),
      servername: server.name, ca: server.ca, ALPNProtocols: ['h2'],
    }),
  });
  session.on('error', () => {}); // each request fails by itself
  const connection = {
    session,
    async send(path, {body, method = body === undefined ? 'GET' : 'POST', key = server.key,
      headers = {}} = {}) {
      const stream = session.request({
        ':method': method, ':path': path, authorization: `Bearer ${key}`,
        'content-type': 'application/json', ...headers,
      });
      stream.setEncoding('utf8');
      stream.setTimeout(20_000, () => stream.destroy(new Error(`no answer from ${path}`)));
      const head = new Promise((resolve, reject) =>
        stream.once('response', resolve).once('error', reject).once('close', () =>
          reject(new Error(`closed before an answer from ${path}`))));
      stream.end(typeof body === 'object' ? JSON.stringify(body) : body);
      return answerOf(stream, await head);
    },
    ask: async (path, options) => (await connection.send(path, options)).rest(),
    close: () => session.destroy(),
  };
  return connection;
}
