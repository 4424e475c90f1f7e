// Requests at a steady rate, for what happens meanwhile.
import assert from 'node:assert/strict';
import {until} from '../lib/proc.mjs';
import {ask} from '../system/ask.mjs';

const PER_SECOND = 20;

/** Asks, with so many at most unanswered, until it is told to finish. */
export function askSteadily(stack, most) {
  const answers = [];
  let waiting = 0;
  const timer = setInterval(() => {
    if (waiting >= most) return;
    const [api, stream] = [['chat', 'responses'], [false, true]]
      .map((list, i) => list[answers.length >> i & 1]);
    waiting++;
    answers.push(ask(stack, {api, stream, text: 'hello'}).catch(err => ({failed: err}))
      .finally(() => waiting--));
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
