// A shared host, where only .htaccess is the user's: conf/htaccess.example.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {startApache} from '../lib/apache.mjs';
import {until} from '../lib/proc.mjs';
import {errorOf, post} from '../lib/real.mjs';
import {setting} from '../lib/stack.mjs';
import {PART, WAYS, ask, open} from './ask.mjs';
import {hold} from './watch.mjs';

const LIMIT = {timeout: 60_000};
const ORIGIN = 'https://app.example.org';

function itServes(way) {
  let apache;
  before(async () => {
    apache = await startApache({
      claude: setting('FAKE_CLAUDE'), way,
      env: {
        PROXY_HEARTBEAT_SECONDS: '1', PROXY_SPARES: '0', PROXY_PARKED: '0',
        PROXY_ALLOWED_ORIGINS: ORIGIN,
      },
    });
  });
  after(() => apache?.stop());
  const gone = () => until(() => apache.claudes().length === 0, 10_000, 'no claude is left');

  for (const query of WAYS)
    test(`an answer: ${query.name}`, LIMIT, async () => {
      const got = await ask(apache, {...query, text: 'hello'});
      assert.equal(got.status, 200, got.error?.message);
      assert.match(got.text, /hello$/);
      await gone();
    });

  test('the first event is there before there is another', LIMIT, async () => {
    const stream = await open(apache, {text: 'fake:pause mid'});
    await stream.until(PART);
    for (const {pid} of apache.claudes()) process.kill(pid, 'SIGUSR1');
    assert.equal((await stream.rest()).text, `${PART} and the rest`);
    await gone();
  });

  test('who leaves a stream ends its child', LIMIT, async () => {
    const stream = await open(apache, {text: 'fake:hang mid'});
    await stream.until(PART);
    const [child] = apache.claudes().map(p => hold(p.pid));
    stream.leave();
    await until(() => !child.alive(), 10_000, 'the child has ended');
  });

  test('errors are the gateway\'s', LIMIT, async () => {
    const stranger = await post(apache, '/v1/responses', '{}', {authorization: 'Bearer x'});
    assert.equal(errorOf(stranger, 401).code, 'invalid_api_key');
    assert.equal(errorOf(await post(apache, '/v1/responses', '{}'), 400).param, 'input');
    const large = await post(apache, '/v1/chat/completions', 'x'.repeat(1024 * 1024 + 1));
    assert.equal(errorOf(large, 413).code, 'request_too_large');
  });

  test('a page of an allowed origin is let through', LIMIT, async () => {
    const res = await fetch(`${apache.url}/v1/chat/completions`, {
      method: 'OPTIONS', headers: {
        origin: ORIGIN, 'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,user-agent,x-title',
      },
    });
    assert.equal(res.status, 204, await res.text());
    const told = name => res.headers.get(`access-control-allow-${name}`);
    assert.equal(told('origin'), ORIGIN);
    assert.equal(told('headers'), 'authorization, user-agent, x-title');
    assert.equal(told('methods'), 'POST, OPTIONS');
  });

  test('the script is never shown', LIMIT, async () => {
    for (const end of ['', '/', '/v1', '?x'])
      assert.doesNotMatch(await (await fetch(apache.url + end)).text(), /PROXY_CHILDREN/);
  });
}

describe('as CGI', () => itServes('htaccess'));
describe('with mod_fcgid', () => itServes('htaccess-fcgid'));
