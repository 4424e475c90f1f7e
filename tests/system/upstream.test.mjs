// Troubles with the API behind the CLI, and a CLI that is not what it should be.
import assert from 'node:assert/strict';
import {PART} from './ask.mjs';
import {matrix} from './matrix.mjs';

const BAD = [502, 'upstream_error'];
const INSTALLATION = [500, 'internal_error'];

function assertRetryAfter(got) {
  if (got.streamed) return;
  assert.match(got.headers.get('retry-after') ?? 'none', /^[1-9]\d*$/);
}

/** Each retry is a whole run of the model: a client is told where it cannot help. */
function assertFinal(got) {
  if (!got.streamed) assert.equal(got.headers.get('x-should-retry'), 'false');
}

function assertNotFinal(got) {
  assert.equal(got.headers.get('x-should-retry'), null);
}

const SLACK = 10; /* seconds a busy machine may take from the child's clock to ours */

/** The limit's own time is told, less what has passed of it. */
function assertLimit(seconds) {
  return got => {
    (seconds > 120 ? assertFinal : assertNotFinal)(got);
    if (got.streamed) return;
    const after = Number(got.headers.get('retry-after'));
    assert.ok(after > seconds - SLACK && after <= seconds, `Retry-After: ${after}`);
    assert.equal(got.headers.get('x-ratelimit-remaining-requests'), '0');
    assert.equal(got.headers.get('x-ratelimit-reset-requests'), `${after}s`);
  };
}

function both(...checks) {
  return got => checks.forEach(check => check(got));
}

function trouble(error, fails, also) {
  return [
    {text: `fake:error ${error}`, fails, also},
    {text: `fake:error ${error} mid`, fails, also, said: PART},
  ];
}

matrix([
  ...trouble('429 rate_limit_error', [429, 'rate_limit_exceeded'],
    both(assertRetryAfter, assertNotFinal)),
  ...trouble('529 overloaded_error', [503, 'overloaded'],
    both(assertRetryAfter, assertNotFinal)),
  ...trouble('404 not_found_error', [404, 'model_not_found']),
  ...trouble('401 authentication_error', [401, 'claude_not_logged_in']),
  ...trouble('null not_logged_in', [401, 'claude_not_logged_in']),
  ...trouble('400 prompt_too_long', [400, 'context_length_exceeded']),
  ...trouble('400 invalid_request_error', [400, null]),
  ...trouble('400 billing_error', [429, 'insufficient_quota'], assertFinal),
  ...trouble('500 api_error', BAD, assertNotFinal),
  ...trouble('null connection_failed', BAD),

  {text: 'fake:limit 60', fails: [429, 'rate_limit_exceeded'], also: assertLimit(60)},
  {text: 'fake:limit 5000', fails: [429, 'rate_limit_exceeded'], also: assertLimit(5000)},
  {text: 'fake:limit 5000 mid', fails: [429, 'rate_limit_exceeded'], said: PART},
  {
    name: 'a limit that is over already',
    text: 'fake:limit -60',
    fails: [429, 'rate_limit_exceeded'],
    also: both(assertRetryAfter, assertNotFinal),
  },

  {
    text: 'fake:retry 90000 429 rate_limit_error',
    fails: [429, 'rate_limit_exceeded'],
    also: assertLimit(90),
  },
  {text: 'fake:retry 90000 529 overloaded_error', fails: [503, 'overloaded'], also: assertRetryAfter},

  {name: 'a second message_start after text', text: 'fake:restart', fails: BAD, said: PART},
  {name: 'a retry after text', text: 'fake:restart retry', fails: BAD, said: PART},
  {name: 'the whole is not what was streamed', text: 'fake:disagree', fails: BAD, said: PART},

  {
    text: 'fake:stop max_tokens',
    says: PART,
    finish: {chat: 'length', responses: 'max_output_tokens'},
  },
  {
    text: 'fake:stop refusal',
    says: PART,
    finish: {chat: 'content_filter', responses: 'content_filter'},
  },
  {text: 'fake:stop end_turn', says: PART, finish: {chat: 'stop', responses: 'completed'}},
  {name: 'thinking and two text blocks', text: 'fake:blocks', says: 'First.Second.'},

  {text: 'fake:init tools', fails: INSTALLATION, also: assertFinal},
  {text: 'fake:init mcp_servers', fails: INSTALLATION},
  {text: 'fake:init slash_commands', fails: INSTALLATION},
  {text: 'fake:init version 2.1.240', fails: INSTALLATION},
]);
