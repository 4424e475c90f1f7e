// Every type of item that the installed openai package knows is in a table of the code: a new one
// is noticed when the package is.
import fs from 'node:fs';

const UNIONS = ['ResponseInputItem', 'ResponseOutputItem', 'ResponseItem'];
const root = new URL('../../', import.meta.url);
const read = path => fs.readFileSync(new URL(path, root), 'utf8');

const types = read('tests/node_modules/openai/resources/responses/responses.d.ts');
const known = new Set(['items', 'local', 'hosted'].flatMap(name =>
  [...read(`fcgi/wire/responses_${name}.c`).matchAll(/^\t{"(\w+)", \w+},$/gm)].map(m => m[1])));

/** The lines of a declaration up to the brace that ends it, with its head. */
function declaration(text, kind, name) {
  const [, indent, head, body] = text.match(new RegExp(
    `^( *)(?:export )?(?:declare )?(${kind} ${name}\\b.*) {\n([^]*?)^\\1}$`, 'm')) ?? [];
  if (body === undefined) throw new Error(`the package declares no ${kind} ${name}`);
  return {indent, head, body};
}

/** What the member `type` of an interface may be, that of `A.B` being in the namespace A. */
function typesOf(name) {
  const path = name.split('.');
  const text = path.length > 1 ? declaration(types, 'namespace', path[0]).body : types;
  const {indent, head, body} = declaration(text, 'interface', path.at(-1));
  const member = body.match(new RegExp(`^${indent}    type\\??: (.*);$`, 'm'));
  const base = head.match(/ extends (\w+)/);
  if (!member && base) return typesOf(base[1]);
  const list = [...(member?.[1] ?? '').matchAll(/'(\w+)'/g)].map(m => m[1]);
  if (list.length === 0) throw new Error(`${name} has no type`);
  return list;
}

const missing = new Set();
for (const union of UNIONS) {
  const [, members] = types.match(new RegExp(`^export type ${union} = (.*);$`, 'm')) ?? [];
  if (!members) throw new Error(`the package has no ${union}`);
  for (const name of members.split(' | '))
    for (const type of typesOf(name)) if (!known.has(type)) missing.add(`${union}: ${type}`);
}
for (const line of missing) console.log(`no table in fcgi/wire has this type of item: ${line}`);
process.exitCode = missing.size > 0 ? 1 : 0;
