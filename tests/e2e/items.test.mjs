// Items of the input beside messages and functions: what clients declare there, and have in histories.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import {LIMIT, all, post, startReal} from '../lib/real.mjs';
import {blocksOf, calls, says, toolName} from '../lib/upstream.mjs';

const {stack, upstream, client} = await startReal();

const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001', 'hex').toString('base64');
const SCHEMA = {type: 'object', properties: {query: {type: 'string'}}, required: ['query']};
const ASKED = {role: 'user', content: 'Go.'};

const text = t => ({type: 'text', text: t});
const image = {type: 'image', source: {type: 'base64', media_type: 'image/png', data: PNG}};
const namesOf = body => body.tools.map(({name}) => name).sort();

/** A kind of call in a history, and its output. */
const call = (type, rest) => ({type, call_id: `call_${type}`, status: 'completed', ...rest});
const output = (type, rest) => ({type: `${type}_output`, call_id: `call_${type}`, ...rest});

test('tools that come in the input, as Codex sends them', LIMIT, async () => {
  const input = [
    {type: 'additional_tools', role: 'developer', tools: [{
      type: 'namespace', name: 'functions', description: 'd', tools: [
        {type: 'custom', name: 'exec', description: 'Runs it.'},
        {type: 'function', name: 'wait', parameters: SCHEMA, strict: false},
      ],
    }, {type: 'web_search'}]},
    ASKED,
  ];
  const asked = upstream.script(calls(['exec', '{"input":"text(1)"}']));
  const events = await all(await client.responses.create({model: 'opus', input, stream: true,
    parallel_tool_calls: false, tool_choice: 'auto'}));
  const {response} = events.at(-1);
  const {output: [item], tools} = response;
  assert.deepEqual([item.type, item.namespace, item.name, item.input],
    ['custom_tool_call', 'functions', 'exec', 'text(1)']);
  assert.deepEqual(tools, []);
  assert.deepEqual(namesOf((await asked).body), ['exec', 'wait'].map(toolName));

  const again = upstream.script(says('Done.'));
  const answer = await client.responses.create({model: 'opus', input: [...input, item,
    {type: 'custom_tool_call_output', call_id: item.call_id, output: '1'}]});
  assert.equal(answer.output_text, 'Done.');
  const [, [, [use]], [, [result]]] = blocksOf((await again).body);
  assert.deepEqual([use.name, use.input], [toolName('exec'), {input: 'text(1)'}]);
  assert.deepEqual([result.tool_use_id, result.content], [use.id, [text('1')]]);
});

test('a search for tools, then a call of one that it found', LIMIT, async () => {
  const ask = {model: 'opus', tools: [
    {type: 'tool_search', execution: 'client', description: 'Finds tools.', parameters: SCHEMA},
  ]};
  const asked = upstream.script(calls(['tool_search', '{"query":"time"}']));
  const first = await client.responses.stream({...ask, input: [ASKED]}).finalResponse();
  const [search] = first.output;
  assert.match(search.id, /^tsc_/);
  assert.match(search.call_id, /^call_[A-Za-z0-9]+$/);
  assert.deepEqual(search, {id: search.id, call_id: search.call_id, type: 'tool_search_call',
    execution: 'client', status: 'completed', arguments: {query: 'time'}});
  const [offer] = (await asked).body.tools;
  assert.deepEqual([offer.name, offer.description, offer.input_schema],
    [toolName('tool_search'), 'Finds tools.', SCHEMA]);

  const found = [{type: 'namespace', name: 'clock', description: 'd', tools: [
    {type: 'function', name: 'now', description: 'Tells it.', parameters: SCHEMA, strict: false,
      defer_loading: true},
  ]}];
  const input = [ASKED, search, {type: 'tool_search_output', call_id: search.call_id,
    execution: 'client', status: 'completed', tools: found}];
  const then = upstream.script(calls(['now', '{"query":"here"}']));
  const second = await client.responses.create({...ask, input});
  const [now] = second.output;
  assert.deepEqual([now.type, now.namespace, now.name, now.arguments],
    ['function_call', 'clock', 'now', '{"query":"here"}']);
  const {body} = await then;
  assert.deepEqual(namesOf(body), ['now', 'tool_search'].map(toolName));
  const [, [, [use]], [, [result]]] = blocksOf(body);
  assert.deepEqual([use.name, use.input], [toolName('tool_search'), {query: 'time'}]);
  assert.deepEqual(JSON.parse(result.content[0].text), found);

  const last = upstream.script(says('Noon.'));
  const third = await client.responses.create({...ask, input: [...input, now,
    {type: 'function_call_output', call_id: now.call_id, output: '12:00'}]});
  assert.equal(third.output_text, 'Noon.');
  assert.equal(blocksOf((await last).body).length, 5);
});

/** [items, what arrives: calls by name with what they were given and what came of them] */
const KINDS = [
  [[call('local_shell_call', {id: 'lsh_1', action: {type: 'exec', command: ['ls'], env: {}}}),
    {type: 'function_call_output', call_id: 'call_local_shell_call', output: 'a'}],
  ['local_shell', {type: 'exec', command: ['ls'], env: {}}, text('a')]],
  [[call('shell_call', {action: {commands: ['ls']}}),
    output('shell_call', {output: [{stdout: 'a', stderr: '', outcome: {type: 'timeout'}}]})],
  ['shell', {commands: ['ls']},
    text('[{"stdout":"a","stderr":"","outcome":{"type":"timeout"}}]')]],
  [[call('apply_patch_call', {operation: {type: 'delete_file', path: 'p'}}),
    output('apply_patch_call', {status: 'completed', output: 'gone'})],
  ['apply_patch', {type: 'delete_file', path: 'p'}, text('completed: gone')]],
  [[call('computer_call', {id: 'cu_1', action: {type: 'screenshot'}, pending_safety_checks: []}),
    output('computer_call', {output: {type: 'computer_screenshot',
      image_url: `data:image/png;base64,${PNG}`}})],
  ['computer', {type: 'screenshot'}, image]],
  [[call('program', {id: 'p_1', code: 'f()', fingerprint: 'x'}),
    output('program', {id: 'po_1', result: '7'})],
  ['program', {code: 'f()'}, text('7')]],
  [[call('tool_search_call', {execution: 'client', arguments: {query: 'q'}}),
    {type: 'tool_search_output', call_id: 'call_tool_search_call', tools: []}],
  ['tool_search', {query: 'q'}, text('[]')]],
  [[{type: 'web_search_call', id: 'ws_1', status: 'completed', action: {
    type: 'search', query: 'q', sources: [{type: 'url', url: 'https://x'}]}}],
  ['web_search', {type: 'search', query: 'q'}, text('[{"type":"url","url":"https://x"}]')]],
  [[{type: 'file_search_call', id: 'fs_1', status: 'completed', queries: ['q'],
    results: [{filename: 'n', text: 't'}]}],
  ['file_search', {queries: ['q']}, text('[{"filename":"n","text":"t"}]')]],
  [[{type: 'code_interpreter_call', id: 'ci_1', status: 'completed', container_id: 'c',
    code: '1+1', outputs: [{type: 'logs', logs: '2'}]}],
  ['code_interpreter', {code: '1+1'}, text('2')]],
  [[{type: 'image_generation_call', id: 'ig_1', status: 'completed', result: PNG,
    revised_prompt: 'a dot'}],
  ['image_generation', {prompt: 'a dot'}, image]],
  [[{type: 'mcp_call', id: 'mcp_1', server_label: 'wiki', name: 'ask', arguments: '{"q":1}',
    output: 'o', error: null}],
  ['wiki_ask', {q: 1}, text('o')]],
  [[{type: 'mcp_approval_request', id: 'mcpr_1', server_label: 'wiki', name: 'edit',
    arguments: '{}'},
  {type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: false}],
  ['wiki_edit', {}, text('The user did not approve this call.')]],
];

const IGNORED = [
  {type: 'mcp_list_tools', id: 'mcpl_1', server_label: 'wiki', tools: []},
  {type: 'compaction', encrypted_content: 'x'},
  {type: 'web_search_call', id: 'ws_2', status: 'completed', action: {type: 'search', query: 'q'}},
  {type: 'shell_call', call_id: 'call_alone', action: {commands: ['ls']}},
  {type: 'quantum_leap', id: 'ql_1'},
  {type: 'compaction_trigger'},
];

/** What arrived of calls and results, in their order: [name, arguments, ...what came of it]. */
function pairsOf(body) {
  const blocks = blocksOf(body).flatMap(([, list]) => list);
  return blocks.filter(({type}) => type === 'tool_use').map(({id, name, input}) => {
    const results = blocks.filter(block => block.tool_use_id === id);
    assert.equal(results.length, 1, `results of ${name}`);
    return [name, input, ...results[0].content];
  });
}

/** With all that is no item of OpenAI's tools around it. */
async function ask(items, more = {}) {
  const asked = upstream.script(says('Fine.'));
  const {status, headers, text: answer} = await post(stack, '/v1/responses', JSON.stringify({
    model: 'opus', store: false, input: [ASKED, ...items, {role: 'user', content: 'And now?'}],
    ...more,
  }));
  assert.equal(status, 200, answer);
  return {body: (await asked).body, ignored: headers.get('x-proxy-ignored')};
}

test('a history with items of every type', LIMIT, async () => {
  const {body, ignored} = await ask([
    {type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'x'},
    {type: 'item_reference', id: 'rs_2'},
    {type: 'configuration_update', reasoning: {effort: 'low'}},
    ...KINDS.flatMap(([items]) => items), ...IGNORED, ...IGNORED,
    {type: 'message', role: 'assistant', content: [{type: 'output_text', text: 'So.'}]},
    {type: 'agent_message', author: '/root', recipient: '/root/a',
      content: [{type: 'input_text', text: 'Hurry.'}]},
  ]);
  assert.deepEqual(pairsOf(body),
    KINDS.map(([, [name, ...rest]]) => [toolName(name), ...rest]));
  assert.deepEqual(blocksOf(body).slice(-2), [
    ['assistant', [text('So.')]],
    ['user', [text('Message from /root to /root/a:\n'), text('Hurry.'), text('And now?')]],
  ]);
  assert.deepEqual(ignored.split(', ').sort(), IGNORED.map(({type}) => `input.${type}`).sort());
});

test('beside a tool that may be called', LIMIT, async () => {
  const tools = [{type: 'function', name: 'f', parameters: SCHEMA}];
  const {body, ignored} = await ask(KINDS.flatMap(([items]) => items), {tools});
  assert.deepEqual(pairsOf(body), KINDS.map(([, [name, ...rest]]) => [toolName(name), ...rest]));
  assert.deepEqual(namesOf(body), [toolName('f')]);
  assert.equal(ignored, null);
});
