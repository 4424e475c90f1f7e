// The way that most wrappers of the CLI take: a process a request, each message whole.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {checkDir, makeDir} from '../lib/stack.mjs';
import {msBetween, now} from './client.mjs';
import {ANSWERS, MODEL, SYSTEM} from './model.mjs';

const LIMIT_MS = 120_000;
const ARGUMENTS = ['--print', '--model', MODEL, '--output-format', 'stream-json', '--verbose',
  '--system-prompt', SYSTEM];

const textOf = ({message}) => message.content.map(block => block.text ?? '').join('');

/** Notes when the first text came and when the result, and what they said. */
function listen(stdout, sent) {
  const got = {text: '', first: null, total: null};
  let rest = '';
  stdout.setEncoding('utf8').on('data', chunk => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const at = msBetween(sent, now());
      const message = JSON.parse(line);
      if (message.type === 'assistant') {
        got.text += textOf(message);
        got.first ??= got.text ? at : null;
      }
      if (message.type === 'result') got.total = at;
    }
  });
  return got;
}

/**
 * One request: {text, first, total} in ms from before the process is started. It is answered with
 * the `result` line, which is taken for the end although the process takes some time more; the
 * promise resolves when it has ended.
 */
async function request(claude, dir, env, prompt) {
  const sent = now();
  const child = spawn(claude, ARGUMENTS, {
    cwd: path.join(dir, 'cwd'), env, stdio: ['pipe', 'pipe', 'ignore'], timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  const {promise, resolve, reject} = Promise.withResolvers();
  child.on('error', reject);
  child.on('close', (code, signal) => resolve([code, signal]));
  const got = listen(child.stdout, sent);
  child.stdin.end(prompt);
  assert.deepEqual(await promise, [0, null], 'the naive claude');
  return got;
}

/**
 * It has nothing to run between two requests, only a directory. The switches keep it from the
 * network, which is not there: it would wait for that.
 */
export function startNaive({claude, upstream}) {
  const dir = makeDir();
  const env = {
    PATH: process.env.PATH, HOME: path.join(dir, 'home'), ANTHROPIC_BASE_URL: upstream.url,
    ANTHROPIC_API_KEY: 'dummy', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
  };
  fs.mkdirSync(path.join(dir, 'cwd'));
  return {
    /** Asks for one of the two answers. */
    async ask(kind) {
      const got = await request(claude, dir, env, ANSWERS[kind].ask);
      assert.equal(got.text, ANSWERS[kind].text);
      return got;
    },
    stop: () => checkDir(dir),
  };
}
