// Requests at a steady rate, for what happens meanwhile.
import assert from 'node:assert/strict';
import {ask} from '../system/ask.mjs';

const PER_SECOND = 20;

/** Asks whatever becomes of it, until it is told to end; then every one has been answered. */
export function askSteadily(stack) {
  const answers = [];
  const timer = setInterval(() => {
    const [api, stream] = [['chat', 'responses'], [false, true]]
      .map((list, i) => list[answers.length >> i & 1]);
    answers.push(ask(stack, {api, stream, text: 'hello'}).catch(err => ({failed: err})));
  }, 1000 / PER_SECOND);

  return async function end(atLeast) {
    clearInterval(timer);
    assert.ok(answers.length >= atLeast, `only ${answers.length} were asked`);
    for (const {failed, status, end, error} of await Promise.all(answers)) {
      assert.ifError(failed);
      assert.equal(status, 200, error?.message);
      assert.equal(end, 'done');
    }
  };
}
