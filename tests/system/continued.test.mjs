// Faults of a child that goes on with its conversation; kept:NAME strikes such a one alone.
import {PART} from './ask.mjs';
import {matrix} from './matrix.mjs';

const CRASH = [502, 'upstream_error'];
const LATE = [504, 'timeout'];
const FIRST = {fails: LATE, late: 'PROXY_FIRST_SECONDS'};
const IDLE = {fails: LATE, late: 'PROXY_IDLE_SECONDS', said: PART};
const WHOLE = {says: PART, prompt: true};
const MB = 1024 * 1024;

/** The client notices nothing: another child is told the conversation, and answers. */
const anew = text => ({text, says: `${DEMO}${text}`, anew: true});
const DEMO = 'This is the demo: no model is behind it. You wrote: ';

matrix([
  anew('kept:exit before 0'),
  anew('kept:exit before 3'),
  anew('kept:exit init 0'),
  anew('kept:signal before 9'),
  anew('kept:signal init 11'),
  anew('kept:close before'),
  anew('kept:close init'),
  anew('kept:grandchild init daemon'),
  {...anew('hello again'), name: 'leaves when it is spoken to', first: 'once:leave'},

  {text: 'kept:exit mid 0', fails: CRASH, said: PART},
  {text: 'kept:exit line 3', fails: CRASH, said: PART},
  {text: 'kept:signal mid 9', fails: CRASH, said: PART},
  {text: 'kept:close mid', fails: CRASH, said: PART},
  {text: 'kept:grandchild mid daemon', fails: CRASH, said: PART},
  {text: 'kept:exit done 0', ...WHOLE},
  {text: 'kept:exit after 1', ...WHOLE},

  {text: 'kept:hang before', ...FIRST},
  {text: 'kept:hang init', ...FIRST},
  {text: 'kept:chatter init', ...FIRST},
  {text: 'kept:hang mid', ...IDLE},
  {text: 'kept:hang line', ...IDLE},
  {text: 'kept:hang done', ...WHOLE},
  {text: 'kept:hang after', ...WHOLE},
  {text: 'kept:chatter done', ...WHOLE},
  {text: 'kept:stubborn mid', ...IDLE},
  {text: 'kept:stubborn done', ...WHOLE},

  {text: 'kept:truncate init', fails: CRASH},
  {text: 'kept:truncate mid', fails: CRASH, said: PART},
  {text: 'kept:endless before', fails: CRASH},
  {text: 'kept:endless mid', fails: CRASH, said: PART},
  {text: 'kept:unended 0', ...WHOLE},
  {text: `kept:stderr ${10 * MB}`, says: 'Still here.'},
  {text: 'kept:results twice', says: PART},

  {text: 'kept:restart', fails: CRASH, said: PART},
  {text: 'kept:disagree', fails: CRASH, said: PART},
  {text: 'kept:error 529 overloaded_error', fails: [503, 'overloaded']},
  {text: 'kept:error 529 overloaded_error mid', fails: [503, 'overloaded'], said: PART},
  {text: 'kept:init tools', fails: [500, 'internal_error']},
].map(row => ({first: 'hello', ...row})), {
  PROXY_PARKED: '4', PROXY_CHILDREN: '8', PROXY_WORKERS: '12',
});
