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

function trouble(error, fails, also) {
  return [
    {text: `fake:error ${error}`, fails, also},
    {text: `fake:error ${error} mid`, fails, also, said: PART},
  ];
}

matrix([
  ...trouble('429 rate_limit_error', [429, 'rate_limit_exceeded'], assertRetryAfter),
  ...trouble('529 overloaded_error', [503, 'overloaded'], assertRetryAfter),
  ...trouble('404 not_found_error', [404, 'model_not_found']),
  ...trouble('401 authentication_error', [401, 'claude_not_logged_in']),
  ...trouble('null not_logged_in', [401, 'claude_not_logged_in']),
  ...trouble('400 prompt_too_long', [400, 'context_length_exceeded']),
  ...trouble('400 invalid_request_error', [400, null]),
  ...trouble('500 api_error', BAD),
  ...trouble('null connection_failed', BAD),

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

  {text: 'fake:init tools', fails: INSTALLATION},
  {text: 'fake:init mcp_servers', fails: INSTALLATION},
  {text: 'fake:init slash_commands', fails: INSTALLATION},
  {text: 'fake:init version 2.1.240', fails: INSTALLATION},
]);
