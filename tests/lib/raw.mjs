// HTTP as bytes: what no client library would send, and whatever comes back.
import {once} from 'node:events';
import net from 'node:net';

/** A request line and headers, ended. */
export const head = (line, ...lines) => [line, 'Host: x', ...lines, '', ''].join('\r\n');

/** The answers that the bytes hold, whole or not; to HTTP/0.9 there is a body alone, status 0. */
function answersIn(text, ended) {
  const answers = [];
  while (text) {
    if (!text.startsWith('HTTP/')) {
      answers.push({status: 0, headers: new Headers(), text, whole: ended});
      break;
    }
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) break;
    const [status, ...lines] = text.slice(0, end).split('\r\n');
    if (status.includes(' 100 ')) {
      text = text.slice(end + 4);
      continue;
    }
    const headers = new Headers(lines.map(line => line.split(/: ?(.*)/s).slice(0, 2)));
    const length = Number(headers.get('content-length') ?? (ended ? text.length : Infinity));
    const body = text.slice(end + 4, end + 4 + length);
    text = text.slice(end + 4 + length);
    answers.push({
      status: Number(status.split(' ')[1]), headers, text: body,
      whole: ended || body.length === length,
    });
  }
  return answers;
}

/**
 * Sends pieces of bytes ('latin1' strings) as they are to a port of ours and gives the answers,
 * as soon as there are n whole ones or nginx closes.
 */
export async function rawAnswers(port, n, ...pieces) {
  const socket = net.connect(port, '127.0.0.1');
  socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')));
  let text = '';
  // nginx may keep a refused connection open for more of the request: do not wait for that.
  socket.on('data', data => {
    text += data.toString('latin1');
    if (answersIn(text, false).filter(({whole}) => whole).length >= n) socket.destroy();
  });
  // No end() here: nginx takes a half-closed connection for a client that has left.
  for (const piece of pieces) socket.write(piece, 'latin1');
  await once(socket, 'close');
  return answersIn(text, true);
}

/** The answer to one request. */
export async function raw(port, ...pieces) {
  const [answer] = await rawAnswers(port, 1, ...pieces);
  return answer ?? {status: NaN, headers: new Headers(), text: ''};
}
