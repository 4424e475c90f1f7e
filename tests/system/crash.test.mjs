// A child that ends, hangs or will not end.
import {PART} from './ask.mjs';
import {matrix} from './matrix.mjs';

const CRASH = [502, 'upstream_error'];
const LATE = [504, 'timeout'];

matrix([
  {text: 'fake:exit before 0', fails: CRASH},
  {text: 'fake:exit before 3', fails: CRASH},
  {text: 'fake:exit init 1', fails: CRASH},
  {text: 'fake:exit mid 0', fails: CRASH, said: PART},
  {text: 'fake:exit mid 3', fails: CRASH, said: PART},
  {text: 'fake:exit line 0', fails: CRASH, said: PART},
  {text: 'fake:exit done 0', says: PART},
  {text: 'fake:exit after 1', says: PART},

  {name: 'wants more memory than it may have', text: 'fake:long other 5000000000', fails: CRASH},

  {text: 'fake:signal before 9', fails: CRASH},
  {text: 'fake:signal mid 9', fails: CRASH, said: PART},
  {text: 'fake:signal mid 11', fails: CRASH, said: PART},

  {text: 'fake:close before', fails: CRASH},
  {text: 'fake:close mid', fails: CRASH, said: PART},

  {text: 'fake:hang before', fails: LATE, late: true},
  {text: 'fake:hang init', fails: LATE, late: true},
  {text: 'fake:hang mid', fails: LATE, late: true, said: PART},
  {text: 'fake:hang line', fails: LATE, late: true, said: PART},
  {text: 'fake:hang done', says: PART},
  {text: 'fake:hang after', says: PART},

  {text: 'fake:stubborn mid', fails: LATE, late: true, said: PART},
  {text: 'fake:stubborn after', says: PART},

  {text: 'fake:grandchild before', fails: CRASH},
  {text: 'fake:grandchild mid', fails: CRASH, said: PART},
  {text: 'fake:grandchild mid deaf', fails: CRASH, said: PART},
  {text: 'fake:grandchild after deaf', says: PART},

  {name: 'exits at boot', system: 'fake:exit before 3', text: 'hello', fails: CRASH},
  {name: 'killed at boot', system: 'fake:signal before 9', text: 'hello', fails: CRASH},
  {name: 'hangs at boot', system: 'fake:hang before', text: 'hello', fails: LATE, late: true},
  {name: 'refuses to initialize', system: 'fake:refuse', text: 'hello', fails: CRASH},
  {
    name: 'does not read a long prompt',
    system: 'fake:deaf',
    text: 'long '.repeat(150_000),
    fails: LATE,
    late: true,
  },
  {
    name: 'exits in the history',
    turns: [['user', 'fake:exit before 1'], ['assistant', 'so']],
    text: 'hello',
    fails: CRASH,
  },
  {
    name: 'hangs in the history',
    turns: [['user', 'fake:hang before'], ['assistant', 'so']],
    text: 'hello',
    fails: LATE,
    late: true,
  },
]);
