// What may come of a request whose system fails it, and what must be left of the gateway.
import assert from 'node:assert/strict';
import path from 'node:path';
import {until} from '../lib/proc.mjs';
import {readLog} from '../lib/stack.mjs';
import {ask} from '../system/ask.mjs';
import {below, descriptorsOf, workdirsOf} from '../system/watch.mjs';

/** What `ask` gives; for an answer whose connection breaks, {end: 'broken'}. */
export async function outcome(stack, query) {
  try {
    return await ask(stack, query);
  } catch (err) {
    if (err.name !== 'TypeError' || !/terminated|fetch failed/.test(err.message)) throw err;
    return {end: 'broken', status: 0, text: ''};
  }
}

export const done = text => got => {
  assert.equal(got.end, 'done', `${got.end}: ${got.error?.message}`);
  assert.equal(got.status, 200);
  assert.equal(got.text, text);
};

/** An error in words, of one of the codes: as an HTTP status, or as the last event of a stream. */
export const failed = (...codes) => got => {
  assert.equal(got.end, 'error', `${got.end}: ${got.text}`);
  assert.ok(codes.includes(got.error.code), `${got.error.code}: ${got.error.message}`);
  if (got.streamed) assert.equal(got.status, 200);
  else assert.ok(got.status >= 500, String(got.status));
};

/** The connection broke, so that no client takes what came for the whole. */
export const broken = got => assert.equal(got.end, 'broken', got.text);

export const either = (...checks) => got => {
  const errors = checks.map(check => {
    try {
      return check(got);
    } catch (err) {
      return err;
    }
  });
  if (errors.every(Boolean)) throw errors[0];
};

/** Processes and descriptors; of the workers, the numbers that occur. */
function counted(stack) {
  const workers = stack.workers();
  return {
    workers: workers.length,
    children: stack.children().length,
    zombies: below(stack.pid).filter(p => p.state === 'Z').length,
    keeper: descriptorsOf(stack.pid) - workdirsOf(stack.pid),
    each: [...new Set(workers.map(pid => descriptorsOf(pid)))].join(),
  };
}

/** The same, or null when a process ends meanwhile. */
function count(stack) {
  try {
    return counted(stack);
  } catch (err) {
    if (err.code !== 'ENOENT' && err.code !== 'ESRCH') throw err;
    return null;
  }
}

/** Waits for rest; gives what waits until all is as it was then. */
export async function watch(stack) {
  const isRest = c => c && !c.children && !c.zombies && !c.each.includes(',') && c;
  const atRest = await until(() => isRest(count(stack)), 10_000, 'the gateway rests');
  return async (ms = 8000) => {
    let now;
    const same = () => JSON.stringify(now = count(stack)) === JSON.stringify(atRest);
    await until(same, ms, 'all is as before').catch(err => {
      assert.deepEqual(now, atRest, err.message);
      throw err;
    });
  };
}

/** What the gateway logged, without nginx's lines. */
export const logOf = stack => readLog(path.join(stack.dir, 'proxy.log'));
