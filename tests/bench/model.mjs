// What the model says in the benchmark, and what it is asked.
import {setTimeout as pause} from 'node:timers/promises';
import {calls, says, toolId} from '../lib/upstream.mjs';

const TOKENS = 100;
const TOKEN_MS = 20;

const SHORT = ['Fine', ', thank', ' you.'];
const LONG = Array.from({length: TOKENS}, (_, i) => ` word${i}`);

export const MODEL = 'opus';
export const SYSTEM = 'You are a helpful assistant.';
export const TOOLS = [{type: 'function', function: {
  name: 'look_up', description: 'Looks something up.',
  parameters: {type: 'object', properties: {what: {type: 'string'}}, required: ['what']},
}}];

/** The two answers: what asks for each, what it is, and what a tool gives before it. */
export const ANSWERS = {
  short: {text: SHORT.join(''), ask: 'Give me the short answer.', found: 'For the short answer.'},
  long: {text: LONG.join(''), ask: 'Give me the long answer.', found: 'For the long answer.'},
};

/** What makes the model call look_up. */
export const CALL = 'Look it up first.';

/** The first token at once, and each in its time, however late the one before it was. */
async function saysSlowly(turn) {
  const began = performance.now();
  turn.begin();
  for (const [i, token] of LONG.entries()) {
    const wait = began + i * TOKEN_MS - performance.now();
    if (wait > 0) await pause(wait);
    turn.text(token);
  }
  turn.end();
}

/** Plays every request, by the last thing that the client said. */
export function player() {
  let called = 0;
  return turn => {
    const last = JSON.stringify(turn.body.messages.findLast(({role}) => role === 'user').content);
    if (last.includes(CALL)) return calls(['look_up', '{"what":"it"}', toolId(++called)])(turn);
    return last.includes('the long answer') ? saysSlowly(turn) : says(...SHORT)(turn);
  };
}
