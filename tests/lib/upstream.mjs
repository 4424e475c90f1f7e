// Anthropic's side on loopback: POST /v1/messages, each request played by a script of the test.
import assert from 'node:assert/strict';
import http from 'node:http';
import {setTimeout as pause} from 'node:timers/promises';

/** What every scripted answer costs, unless the script says otherwise. */
export const USAGE = {
  input_tokens: 11, cache_creation_input_tokens: 3, cache_read_input_tokens: 5, output_tokens: 1,
};
export const OUTPUT_TOKENS = 9;

/** The answer to what the CLI asks by itself: no client may ever see it. */
export const UNASKED = 'nobody asked for this';
const OWN_WORDS = new RegExp([
  'Output token limit hit', 'stopped by a safety classifier', 'had no visible output',
].join('|'));

/** Of all answers: the CLI takes two of the same id for one. */
let messages = 0;

/** A door in a script: it says `await turn.pass(gate)`, and the test opens it when it is time. */
export function gate() {
  const {promise, resolve} = Promise.withResolvers();
  return {opened: promise, open: resolve};
}

/** An answer being given. Steps only write; a script is a function that takes some of them. */
class Turn {
  #res;
  #index = 0;
  #block = null;
  #gone;

  constructor(res, body, gone) {
    this.#res = res;
    this.body = body;
    this.#gone = gone;
  }

  #event(event) {
    this.#res.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }

  #delta(delta) {
    this.#event({type: 'content_block_delta', index: this.#index, delta});
  }

  begin(usage = USAGE) {
    this.#res.writeHead(200, {'content-type': 'text/event-stream'});
    this.#event({type: 'message_start', message: {
      id: `msg_${++messages}`, type: 'message', role: 'assistant', model: this.body.model, content: [],
      stop_reason: null, stop_sequence: null, usage,
    }});
  }

  open(type, content_block) {
    this.close();
    this.#block = type;
    this.#event({type: 'content_block_start', index: this.#index, content_block});
  }

  close() {
    if (this.#block === null) return;
    this.#event({type: 'content_block_stop', index: this.#index++});
    this.#block = null;
  }

  /** One delta each; they open a text block where none is open. */
  text(...pieces) {
    if (this.#block !== 'text') this.open('text', {type: 'text', text: ''});
    for (const text of pieces) this.#delta({type: 'text_delta', text});
  }

  thinking(thinking, signature = 'c2lnbmVk') {
    this.open('thinking', {type: 'thinking', thinking: '', signature: ''});
    this.#delta({type: 'thinking_delta', thinking});
    this.#delta({type: 'signature_delta', signature});
    this.close();
  }

  /** A tool's call, its arguments in the pieces in which the model writes them. */
  call(name, id, ...pieces) {
    this.open('tool_use', {type: 'tool_use', id, name, input: {}});
    this.args(...pieces);
  }

  args(...pieces) {
    for (const partial_json of pieces) this.#delta({type: 'input_json_delta', partial_json});
  }

  end(stop_reason = 'end_turn', output_tokens = OUTPUT_TOKENS) {
    this.close();
    const delta = {stop_reason, stop_sequence: null};
    this.#event({type: 'message_delta', delta, usage: {output_tokens}});
    this.#event({type: 'message_stop'});
    this.#res.end();
  }

  /** Instead of an answer. */
  refuse(status, type, message, headers = {}) {
    this.#res.writeHead(status, {'content-type': 'application/json', ...headers});
    this.#res.end(JSON.stringify({type: 'error', error: {type, message}}));
  }

  /** In the middle of an answer. */
  fail(type, message) {
    this.#event({type: 'error', error: {type, message}});
    this.#res.end();
  }

  cut() {
    this.#res.destroy();
  }

  /** Waits until the test opens the gate or the caller has gone. */
  async pass(door) {
    await Promise.race([door.opened, this.#gone]);
  }

  async hang() {
    await this.#gone;
  }

  /** For an answer that goes on at a pace: has the caller gone by then? */
  async goneWithin(ms) {
    return Promise.race([this.#gone.then(() => true), pause(ms, false)]);
  }
}

export function says(...pieces) {
  return turn => {
    turn.begin();
    turn.text(...pieces);
    turn.end();
  };
}

export function stops(stop_reason, ...pieces) {
  return turn => {
    turn.begin();
    turn.text(...pieces);
    turn.end(stop_reason);
  };
}

/** How the CLI names the client's function, and an id as the API makes them. */
export function toolName(name) {
  return `mcp__c__${name}`;
}

export function toolId(number) {
  return `toolu_01${String(number).padStart(22, 'Ab')}`;
}

/** Calls of the client's functions: [name as the CLI has it, arguments, id]. */
export function calls(...list) {
  return turn => {
    turn.begin();
    list.forEach(([name, args, id = toolId(list.length * 10 + 1)], i) =>
      turn.call(toolName(name), id, args));
    turn.end('tool_use');
  };
}

/** An answer that follows a schema, in pieces of its JSON. */
export function structured(...pieces) {
  return turn => {
    turn.begin();
    turn.call('StructuredOutput', toolId(1), ...pieces);
    turn.end('tool_use');
  };
}

export function refuses(status, type, message, headers) {
  return turn => turn.refuse(status, type, message, headers);
}

/** The client's turns as they arrived, without the CLI's own `system` message: [role, text]. */
export function turnsOf(body) {
  return body.messages.filter(message => message.role !== 'system').map(({role, content}) =>
    [role, typeof content === 'string' ? content : content.map(block => block.text).join('')]);
}

/** The same with whole content blocks, without the marks by which the CLI has them cached. */
export function blocksOf(body) {
  return body.messages.filter(message => message.role !== 'system').map(({role, content}) => {
    const blocks = typeof content === 'string' ? [{type: 'text', text: content}] : content;
    return [role, blocks.map(({cache_control, ...block}) => block)];
  });
}

/** The client's system prompt as it arrived, undefined if there was none. */
export function systemOf(body) {
  const own = /^(x-anthropic-billing-header|You are a Claude agent, built on)/;
  const texts = body.system.map(block => block.text).filter(text => !own.test(text));
  assert.ok(texts.length < 2, `more than one system text: ${JSON.stringify(texts)}`);
  return texts[0];
}

async function bodyOf(req) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * Starts it on a free port. `script(...behaviours)` queues one for each coming request and gives
 * a promise of the (last) record: {body, headers, state, ended}, `state` and what `ended` resolves
 * to being open, then `whole` or, if the caller went away, `early`. `otherwise` plays all requests
 * beyond the queue; without it they are faults that stop() reports, as are scripts left over.
 *
 * After an answer that is cut short, refused or empty the CLI asks again by itself, if it is not
 * ended before. Such a request has words of its own in it, takes no script, and gets UNASKED.
 * `strays` are texts of what was asked for beside messages, which is not there.
 */
export async function startUpstream() {
  const queue = [];
  const faults = [];
  const requests = [];
  const strays = [];
  let otherwise = null;

  async function answer(req, res) {
    const text = await bodyOf(req);
    if (req.method !== 'POST' || new URL(req.url, 'http://x').pathname !== '/v1/messages') {
      strays.push(`${req.method} ${req.url} ${text}`);
      res.writeHead(404).end('{}');
      return;
    }
    const {promise: ended, resolve: end} = Promise.withResolvers();
    const record = {body: JSON.parse(text), headers: req.headers, state: 'open', ended};
    res.on('close', () => {
      record.state = res.writableFinished ? 'whole' : 'early';
      end(record.state);
    });
    const turn = new Turn(res, record.body, ended);
    if (OWN_WORDS.test(turnsOf(record.body).at(-1)[1])) return says(UNASKED)(turn);
    requests.push(record);
    const {play, arrived} = queue.shift() ?? {play: otherwise};
    if (!play) faults.push(`unscripted request: ${JSON.stringify(turnsOf(record.body))}`);
    arrived?.(record);
    await (play ?? refuses(500, 'api_error', 'unscripted'))(turn);
  }

  const server = http.createServer((req, res) => {
    answer(req, res).catch(err => {
      if (req.errored || res.destroyed) return;
      faults.push(String(err.stack));
      res.destroy();
    });
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    strays,
    script(...behaviours) {
      const records = behaviours.map(play => new Promise(arrived => queue.push({play, arrived})));
      return records.at(-1);
    },
    set otherwise(play) {
      otherwise = play;
    },
    async stop() {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeAllConnections();
      await closed;
      assert.deepEqual(faults, []);
      assert.equal(queue.length, 0, 'scripted answers that nobody asked for');
    },
  };
}
