// Requests at a steady rate, for what happens meanwhile.
import assert from 'node:assert/strict';
import {until} from '../lib/proc.mjs';
import {ask} from '../system/ask.mjs';

const PER_SECOND = 20;

/** Asks whatever becomes of it, until it is told to finish. */
export function askSteadily(stack) {
  const answers = [];
  const timer = setInterval(() => {
    const [api, stream] = [['chat', 'responses'], [false, true]]
      .map((list, i) => list[answers.length >> i & 1]);
    answers.push(ask(stack, {api, stream, text: 'hello'}).catch(err => ({failed: err})));
  }, 1000 / PER_SECOND).unref();

  return {
    /** Returns when so many more have been asked. */
    more(count) {
      const goal = answers.length + count;
      return until(() => answers.length >= goal, 30_000, `${count} more are asked`);
    },

    /** Returns when every one has been answered. */
    async finish() {
      clearInterval(timer);
      for (const {failed, status, end, error} of await Promise.all(answers)) {
        assert.ifError(failed);
        assert.equal(status, 200, error?.message);
        assert.equal(end, 'done');
      }
    },
  };
}
