// What a child is started with, and what it is told.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import {startStack} from '../lib/stack.mjs';
import {PART, ask, open, post} from './ask.mjs';

const MARK = 'zebra-5521';

const FIXED = {
  CLAUDE_CODE_DISABLE_FILE_MENTIONS: '1',
  CLAUDE_CODE_DISABLE_ATTACHMENTS: '1',
  CLAUDE_CODE_MAX_RETRIES: '0',
  CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1',
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP: '1',
  DISABLE_AUTOUPDATER: '1',
  DISABLE_AUTO_COMPACT: '1',
  ENABLE_TOOL_SEARCH: '0',
  MAX_MCP_OUTPUT_TOKENS: '100000000',
  XDG_CACHE_HOME: '/dev/null',
  ANTHROPIC_LOG: 'debug',
  CLAUDE_CODE_DEBUG_LOG_LEVEL: 'error',
};

const PASSED = {
  LANG: 'C.UTF-8',
  LC_TIME: 'C',
  TZ: 'UTC',
  XDG_DATA_HOME: '/nonexistent/data',
  CLAUDE_CONFIG_DIR: '/nonexistent/config',
  ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
  ANTHROPIC_DEFAULT_OPUS_MODEL: 'claude-opus-4-6',
  https_proxy: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  no_proxy: 'localhost',
  NODE_EXTRA_CA_CERTS: '/nonexistent/ca.pem',
  API_TIMEOUT_MS: '1000', // by PROXY_PASS_ENV
};

/** What the log names of that which the child does not get: its names. */
const LEFT_OUT = {
  CLAUDECODE: '1',
  CLAUDE_CODE_ENTRYPOINT: 'cli',
  CLAUDE_CODE_MAX_RETRIES: '10',
  CLAUDE_CODE_EFFORT_LEVEL: 'sesame-1',
  ANTHROPIC_BETAS: 'sesame-2',
};

const KEPT_BACK = {
  ...LEFT_OUT,
  CLAUDE_MODEL: 'haiku',
  PROXY_PASS_ENV: 'API_TIMEOUT_MS',
  PROXY_LOG: 'debug',
  HTTP_PROXY: 'http://127.0.0.1:9',
  BUN_OPTIONS: '',
  NODE_OPTIONS: '--no-warnings',
  AWS_SECRET_ACCESS_KEY: 'secret',
  HOMEPAGE: 'not HOME',
};

let stack;
let dump;

before(async () => {
  stack = await startStack({claude: process.env.FAKE_CLAUDE, env: {...PASSED, ...KEPT_BACK}});
  const got = await ask(stack, {
    text: 'fake:dump',
    system: MARK,
    turns: [['user', MARK], ['assistant', MARK]],
    model: 'opus',
  }, {headers: {'user-agent': MARK, 'x-mark': MARK}});
  assert.equal(got.status, 200, got.error?.message);
  dump = JSON.parse(got.text);
});
after(() => stack?.stop());

test('argv is fixed', () => {
  assert.equal(dump.argv[0].split('/').pop(), 'claude');
  assert.deepEqual(dump.argv.slice(1), [
    '--print', '--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose',
    '--include-partial-messages', '--debug-to-stderr', '--model', 'haiku', '--tools', '', '--allowedTools', 'mcp__c',
    '--setting-sources', '', '--strict-mcp-config', '--no-session-persistence',
    '--disable-slash-commands', '--restricted', '--permission-prompts', 'none',
  ]);
});

test('the environment is the variables that are named, and ours', () => {
  const env = Object.fromEntries(dump.env.map(entry => {
    const at = entry.indexOf('=');
    return [entry.slice(0, at), entry.slice(at + 1)];
  }));
  assert.equal(Object.keys(env).length, dump.env.length, 'a variable is there twice');
  assert.deepEqual(Object.keys(env).sort(),
    ['HOME', 'PATH', ...Object.keys(PASSED), ...Object.keys(FIXED)].sort());
  for (const [name, value] of Object.entries({...PASSED, ...FIXED}))
    assert.equal(env[name], value, name);
});

test('one line of the log names what was left out', () => {
  const lines = stack.log().split('\n').filter(line => line.includes('not passed to claude'));
  assert.equal(lines.length, 1, stack.log());
  const names = lines[0].match(/[A-Z_]{8,}/g).filter(name => name !== 'PROXY_PASS_ENV');
  assert.deepEqual(names.sort(), Object.keys(LEFT_OUT).sort());
  assert.ok(!stack.log().includes('sesame'));
});

test('no byte of the request, and no key, is in argv or the environment', () => {
  const text = JSON.stringify([dump.argv, dump.env]);
  assert.ok(!text.includes(MARK));
  assert.ok(!text.includes('fake:'));
  assert.ok(!text.includes(stack.key));
});

test('nothing above stderr is open', () => {
  assert.deepEqual(Object.keys(dump.fds).sort(), ['0', '1', '2']);
  for (const target of Object.values(dump.fds)) assert.match(target, /^(pipe|socket):/);
});

test('it runs in an empty directory, in a group of its own, with default signals', () => {
  assert.equal(dump.cwd, path.join(stack.workdir, '1'));
  assert.deepEqual(fs.readdirSync(dump.cwd), []);
  assert.equal(dump.group, dump.pid);
  for (const line of dump.signals.trim().split('\n')) assert.match(line, /:\s*0+$/);
});

/** [what, the limit] of a living child, as /proc/PID/limits has it. */
function limitsOf(pid) {
  return Object.fromEntries(fs.readFileSync(`/proc/${pid}/limits`, 'utf8').split('\n').slice(1)
    .map(line => line.split(/ {2,}/)).map(([what, soft, hard]) => [what, `${soft} ${hard}`]));
}

test('memory, files and core dumps are limited', async () => {
  const stream = await open(stack, {text: 'fake:hang mid'});
  await stream.until(PART);
  const [child] = stack.children();
  const limits = limitsOf(child.pid);
  assert.equal(limits['Max data size'], `${4 * 2 ** 30} ${4 * 2 ** 30}`);
  assert.equal(limits['Max open files'], '256 256');
  assert.equal(limits['Max file size'], `${64 << 20} ${64 << 20}`);
  assert.equal(limits['Max core file size'], '0 0');
  stream.leave();
});

/** A heard line, its content always a list. */
function plain(line) {
  const content = line.message?.content;
  if (typeof content === 'string') line.message.content = [{type: 'text', text: content}];
  return line;
}

for (const api of ['chat', 'responses'])
  test(`the conversation is told turn by turn: ${api}`, async () => {
    const got = await ask(stack, {
      api,
      model: 'opus',
      system: 'Be brief.',
      turns: [
        ['user', '/cost @/etc/passwd'], ['assistant', 'two\n'], ['user', 'thr\u00e9\u00e9 \u2028'],
        ['assistant', 'four "quoted" \\ back'],
      ],
      text: 'fake:heard',
    });
    assert.equal(got.status, 200, got.error?.message);
    const [init, model, display, ...said] = JSON.parse(got.text).map(plain);
    assert.equal(init.request_id, 'init');
    assert.deepEqual(init.request.systemPrompt, ['Be brief.']);
    assert.equal(model.request_id, 'model');
    assert.deepEqual(model.request, {subtype: 'set_model', model: 'opus'});
    assert.equal(display.request_id, 'display');
    assert.equal(display.request.subtype, 'set_max_thinking_tokens');
    const short = ({type, message, shouldQuery}) => [type, message.content[0].text, shouldQuery];
    assert.deepEqual(said.map(short), [
      ['user', '/cost @/etc/passwd', false],
      ['assistant', 'two\n', undefined],
      ['user', 'thr\u00e9\u00e9 \u2028', false],
      ['assistant', 'four "quoted" \\ back', undefined],
      ['user', 'fake:heard', undefined],
    ]);
    for (const line of said.filter(l => l.type === 'user'))
      assert.equal(line.client_composed, true);
  });

/* An absent one would let the CLI's own take its place. */
test('without a system prompt the child is told an empty one', async () => {
  const got = await ask(stack, {text: 'fake:heard'});
  const [init] = JSON.parse(got.text);
  assert.deepEqual(init.request.systemPrompt, []);
});

/** The settings of a turn when the request names none: a fresh child need not be told those. */
const USUAL = {max: '', noThinking: '', body: null, effort: null};

/** [what a chat request says, what the child is told beside the usual] */
const SETTINGS = [
  [{}, {}],
  [{reasoning_effort: 'xhigh', max_tokens: 77}, {effort: 'xhigh', max: '77'}],
  [{reasoning_effort: 'minimal', max_completion_tokens: 5}, {effort: 'low', max: '5'}],
  [{max_tokens: 9, max_completion_tokens: 7}, {max: '7'}],
  [{stop: 'END'}, {body: {stop_sequences: ['END']}}],
  [{stop: ['\u00e9', '"']}, {body: {stop_sequences: ['\u00e9', '"']}}],
  [{reasoning_effort: 'none'}, {noThinking: '1'}],
  [{reasoning_effort: 'none', temperature: 0.25}, {noThinking: '1', body: {temperature: 0.25}}],
  [{reasoning_effort: 'none', top_p: 0.5}, {noThinking: '1', body: {top_p: 0.5}}],
  [{temperature: 0.25, top_p: 0.5}, {}],
];

async function toldOf(query) {
  const got = await ask(stack, {text: 'fake:heard', ...query});
  assert.equal(got.status, 200, got.error?.message);
  const line = JSON.parse(got.text).find(l => l.request_id === 'flags');
  if (!line) return USUAL;
  const {effortLevel: effort, env, ...rest} = line.request.settings;
  assert.deepEqual(rest, {});
  assert.deepEqual(Object.keys(env).sort(), ['CLAUDE_CODE_DISABLE_THINKING',
    'CLAUDE_CODE_EXTRA_BODY', 'CLAUDE_CODE_MAX_OUTPUT_TOKENS']);
  const body = env.CLAUDE_CODE_EXTRA_BODY;
  return {
    effort, body: body === '' ? null : JSON.parse(body), max: env.CLAUDE_CODE_MAX_OUTPUT_TOKENS,
    noThinking: env.CLAUDE_CODE_DISABLE_THINKING,
  };
}

for (const [more, told] of SETTINGS)
  test(`the settings of a turn: ${JSON.stringify(more)}`, async () => {
    assert.deepEqual(await toldOf({more}), {...USUAL, ...told});
  });

const TOOLS = ['get_weather', 'look_up'].map(name => ({name, parameters: {type: 'object'}}));

/** [tool_choice and its like in Responses, the API's, whether the model may still think] */
const CHOICES = [
  [{tool_choice: 'auto'}, undefined, true],
  [{tool_choice: 'none'}, {type: 'none'}, true],
  [{tool_choice: 'required'}, {type: 'any'}, false],
  [{tool_choice: {type: 'function', name: 'look_up'}}, {type: 'tool', name: 'mcp__c__look_up'},
    false],
  [{parallel_tool_calls: false}, {type: 'auto', disable_parallel_tool_use: true}, true],
  [{parallel_tool_calls: true}, undefined, true],
];

for (const [more, choice, thinks] of CHOICES)
  test(`the choice of tool: ${JSON.stringify(more)}`, async () => {
    const told = await toldOf({api: 'responses', more, tools: TOOLS});
    assert.deepEqual(told.body?.tool_choice, choice);
    assert.equal(told.noThinking, thinks ? '' : '1');
  });

test('the model that answers is the one that was asked for, or CLAUDE_MODEL', async () => {
  const models = {
    opus: 'claude-opus-5-5', sonnet: 'claude-sonnet-5-5', haiku: 'claude-haiku-5-5',
    null: 'claude-haiku-5-5',
  };
  for (const [asked, answers] of Object.entries(models))
    for (const api of ['chat', 'responses']) {
      const model = asked === 'null' ? null : asked;
      const res = await post(stack, {api, text: 'hello', model});
      assert.equal((await res.json()).model, answers, asked);
    }
});
