// Empties functions of a WebAssembly module that are never called, but that no optimiser may remove, because a table
// mentions them. Reads and writes the module that is named; functions are known by its name section. One that is called
// nevertheless stops the page with `unreachable`, which every browser test would see.

import { readFileSync, writeFileSync } from 'node:fs';

/**
 * leptos 0.8 carries, for each type of view, what hydrates it while parts of the program are still being loaded, and
 * what hydrates it from a template. This program is loaded as a whole and has no templates. (leptos pull request 4438
 * leaves the former out behind a feature, from 0.9 on.)
 */
const DEAD = /hydrate_async|hydrate_from_template/;

/** `unreachable` as the body of a function without locals: its size, no locals, the instruction, `end`. */
const UNREACHABLE = Uint8Array.of(3, 0x00, 0x00, 0x0b);

// Sections of a module (WebAssembly Core Specification 2.0, §5.5.2).
const CUSTOM = 0;
const IMPORT = 2;
const CODE = 10;

const file = process.argv[2];
const module = readFileSync(file);
let at = 8;

/** An unsigned number in LEB128. */
function number() {
  let value = 0;
  for (let shift = 1; ; shift *= 128) {
    const byte = module[at++];
    value += (byte & 127) * shift;
    if (byte < 128) return value;
  }
}

function encoded(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Uint8Array.of(...bytes, value);
}

function text() {
  const length = number();
  at += length;
  return module.toString('utf8', at - length, at);
}

function limits() {
  const hasMaximum = module[at++] & 1;
  number();
  if (hasMaximum) number();
}

function importedFunctions() {
  let functions = 0;
  for (let left = number(); left > 0; left--) {
    text();
    text();
    const kind = module[at++];
    if (kind === 0) functions++;
    if (kind === 0) number();
    else if (kind === 1) at++, limits();
    else if (kind === 2) limits();
    else if (kind === 3) at += 2;
    else at++, number();
  }
  return functions;
}

/** Indices of the functions that are named so. */
function deadFunctions(end) {
  const dead = new Set();
  if (text() !== 'name') return dead;
  while (at < end) {
    const part = module[at++];
    const partEnd = number() + at;
    if (part === 1) {
      for (let left = number(); left > 0; left--) {
        const index = number();
        if (DEAD.test(text())) dead.add(index);
      }
    }
    at = partEnd;
  }
  return dead;
}

const sections = [];
let imported = 0;
let dead = new Set();
while (at < module.length) {
  const id = module[at++];
  const size = number();
  const section = { id, start: at, end: at + size };
  sections.push(section);
  if (id === IMPORT) imported = importedFunctions();
  if (id === CUSTOM) {
    const found = deadFunctions(section.end);
    if (found.size > 0) dead = found;
  }
  at = section.end;
}
if (dead.size === 0) throw new Error(`${file} names no function that may be cut: is it stripped?`);

function cutCode({ start }) {
  at = start;
  const count = number();
  const parts = [encoded(count)];
  for (let index = imported; index < imported + count; index++) {
    const from = at;
    const size = number();
    at += size;
    parts.push(dead.has(index) ? UNREACHABLE : module.subarray(from, at));
  }
  return Buffer.concat(parts);
}

const written = [module.subarray(0, 8)];
for (const section of sections) {
  const body = section.id === CODE ? cutCode(section) : module.subarray(section.start, section.end);
  written.push(Uint8Array.of(section.id), encoded(body.length), body);
}
writeFileSync(file, Buffer.concat(written));
console.log(`cut ${dead.size} functions that are never called`);
