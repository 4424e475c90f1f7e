// Looks for words wherever a machine may have kept them.
import fs from 'node:fs';
import path from 'node:path';
import {processesIn} from './proc.mjs';

/** The part of a word in base64 that does not depend on what stands before and after it. */
function inBase64(word, before) {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(word)]);
  return bytes.toString('base64')
    .slice(Math.ceil(before * 8 / 6), Math.floor(bytes.length * 8 / 6));
}

/**
 * The ways in which a word may be written. One of letters, digits and hyphens is the same in JSON
 * and in a URL; every byte of it could be escaped all the same.
 */
export function formsOf(word) {
  const hex = Buffer.from(word).toString('hex');
  const each = (prefix, text = hex) => text.replace(/../g, `${prefix}$&`);
  const base64 = [0, 1, 2].map(before => inBase64(word, before));
  const texts = [
    word, word.toUpperCase(), encodeURIComponent(word), JSON.stringify(word).slice(1, -1),
    hex, hex.toUpperCase(), each('%'), each('%', hex.toUpperCase()), each('\\u00'), each('\\x'),
    ...base64, ...base64.map(text => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...texts.map(text => Buffer.from(text)), Buffer.from(word, 'utf16le')];
}

/** What a file holds; nothing if it has gone or is not to be read. */
function contentOf(file) {
  try {
    return fs.readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Files and directories that are there, other people's comings and goings notwithstanding. */
function below(top) {
  try {
    return fs.readdirSync(top, {withFileTypes: true}).flatMap(entry => {
      const name = path.join(top, entry.name);
      return [{name, isFile: entry.isFile()}, ...entry.isDirectory() ? below(name) : []];
    });
  } catch {
    return [];
  }
}

/** Files without a name that a process has open, as temporary ones mostly are. */
function namelessOf(pid) {
  const fds = `/proc/${pid}/fd`;
  try {
    return fs.readdirSync(fds).map(fd => path.join(fds, fd)).filter(fd =>
      / \(deleted\)$/.test(fs.readlinkSync(fd)) && !fs.readlinkSync(fd).startsWith('/memfd:'));
  } catch {
    return []; // it has ended
  }
}

/** A search for words, in places of a stack and of its user. */
export class Search {
  constructor(stack, tmp, words) {
    this.stack = stack;
    this.roots = [stack.dir, tmp, '/var/tmp', '/dev/shm'];
    this.forms = words.flatMap(formsOf);
  }

  #find(name, content) {
    return this.forms.some(form => content.includes(form)) ? [name] : [];
  }

  /** What is to be seen of the processes now and has a word in it. */
  inProcesses() {
    const all = processesIn(this.stack.dir);
    return all.flatMap(({pid}) => ['cmdline', 'environ', 'comm'].map(it => `/proc/${pid}/${it}`)
      .concat(namelessOf(pid))).flatMap(file => this.#find(file, contentOf(file)));
  }

  /** Files that have a word in their name or in them. */
  inFiles() {
    return this.roots.flatMap(below).flatMap(({name, isFile}) => {
      const content = isFile ? contentOf(name) : Buffer.alloc(0);
      return this.#find(name, Buffer.concat([Buffer.from(name), content]));
    });
  }
}

/** Core files below a directory. */
export function coresBelow(top) {
  return below(top).map(({name}) => name).filter(name => /^core\b/.test(path.basename(name)));
}
