// The client's functions: what of them the model is shown, and its calls.
import assert from 'node:assert/strict';
import {PART} from './ask.mjs';
import {matrix} from './matrix.mjs';

const BAD = [502, 'upstream_error'];
const INSTALLATION = [500, 'internal_error'];

/** The second has a name that the CLI cannot carry. */
const tools = [
  {
    name: 'get_weather',
    description: 'Tells the weather.',
    parameters: {type: 'object', properties: {n: {type: 'number'}, text: {type: 'string'}}},
  },
  {name: 'look.up \u00e9', parameters: {type: 'object'}},
];

const CALLED = {chat: 'tool_calls', responses: 'completed'};
const INPUT = n => ({n, text: 'a "quoted" caf\u00e9 \\ \u{1d11e}'});

/** The tools were called in turn, each with its own id and input. */
function assertCalls(...inputs) {
  return (got, way) => {
    assert.deepEqual(got.calls.map(call => call.name), inputs.map((_, i) => tools[i % 2].name));
    assert.deepEqual(got.calls.map(call => JSON.parse(call.arguments)), inputs);
    for (const {id} of got.calls)
      assert.match(id, way.api === 'chat' ? /^[A-Za-z0-9]+$/ : /^call_[A-Za-z0-9]+$/);
    assert.equal(new Set(got.calls.map(call => call.id)).size, inputs.length);
  };
}

function calls(row, ...inputs) {
  return {tools, says: '', finish: CALLED, also: assertCalls(...inputs), ...row};
}

const OLD = {system: 'fake:ask'};
const HISTORY = {turns: [['user', 'hello'], ['assistant', 'so']]};

matrix([
  calls({text: 'fake:calls 1'}, INPUT(0)),
  calls({name: 'three calls at once', text: 'fake:calls 3'}, INPUT(0), INPUT(1), INPUT(2)),
  calls({name: 'a call without arguments', text: 'fake:calls bare'}, {}),
  calls({name: 'words before a call', text: 'fake:calls words', says: PART}, INPUT(0)),
  {name: 'words instead of a call', text: 'hello', tools, says: /You wrote: hello$/},

  calls({name: 'a CLI that asks for the tools', text: 'fake:calls 2', ...OLD}, INPUT(0), INPUT(1)),
  calls({name: 'and is told a history', text: 'fake:calls 1', ...OLD, ...HISTORY}, INPUT(0)),
  {name: 'and has no use for them', text: 'hello', tools, ...OLD, says: /You wrote: hello$/},
  {name: 'and would ask, but there are none', text: 'hello', ...OLD, says: /You wrote: hello$/},

  {name: 'a tool beside those given', text: 'fake:init tools', tools, fails: INSTALLATION},
  {name: 'a server beside ours', text: 'fake:init mcp_servers', tools, fails: INSTALLATION},
  {name: 'a command beside tools', text: 'fake:init slash_commands', tools, fails: INSTALLATION},
  {name: 'a tool is missing', text: 'fake:init fewer', tools, fails: [400, null]},
]);
