// A body that takes longer than PROXY_REQUEST_SECONDS, though its client is never silent.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import net from 'node:net';
import path from 'node:path';
import {after, before, test} from 'node:test';
import * as fcgi from '../lib/fcgi.mjs';
import {until} from '../lib/proc.mjs';
import {gatewayEnv, setting, startStack} from '../lib/stack.mjs';
import {assertAnswers} from './ask.mjs';

const LONGEST = 1;

let stack;

before(async () => {
  stack = await startStack({
    claude: process.env.FAKE_CLAUDE,
    env: {PROXY_REQUEST_SECONDS: String(LONGEST)},
  });
});
after(() => stack?.stop());

const params = () => ({
  GATEWAY_INTERFACE: 'CGI/1.1', REQUEST_METHOD: 'POST', PATH_INFO: '/chat/completions',
  CONTENT_TYPE: 'application/json', CONTENT_LENGTH: '100000',
  HTTP_AUTHORIZATION: `Bearer ${stack.key}`,
});

const TRICKLES = {
  'of FastCGI': () => {
    const socket = net.connect(path.join(stack.dir, 'proxy.sock'));
    socket.write(fcgi.head(Object.entries(params())));
    return [socket, socket, () => socket.write(fcgi.record(fcgi.STDIN, ' '))];
  },
  'of CGI': () => {
    const env = gatewayEnv(stack.dir, stack.key, {
      CLAUDE_BIN: process.env.FAKE_CLAUDE, PROXY_REQUEST_SECONDS: String(LONGEST), ...params(),
    });
    const cgi = spawn(setting('PROXY_BIN'), {env, stdio: ['pipe', 'pipe', 'ignore']});
    return [cgi.stdin, cgi.stdout, () => cgi.stdin.write(' ')];
  },
};

for (const [name, start] of Object.entries(TRICKLES))
  test(`a body that trickles, ${name}`, {timeout: 20_000}, async () => {
    const started = performance.now();
    const [to, from, drop] = start();
    let text = '';
    from.setEncoding('latin1').on('data', data => text += data);
    to.on('error', () => {}); /* it does not wait for the rest */
    const closed = once(from, 'close');
    const timer = setInterval(drop, 20);
    await until(() => text.includes('}'), 10_000, 'it is answered').finally(() =>
      clearInterval(timer));
    const ms = performance.now() - started;
    to.end();
    await closed;
    assert.match(text, /Status: 504/);
    assert.match(text, /"code":"timeout"/);
    assert.ok(ms > LONGEST * 1000 - 100 && ms < LONGEST * 1000 + 3000, `took ${ms} ms`);
    await assertAnswers(stack);
  });
