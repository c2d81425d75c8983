// The whole widget in one file, and small: a host page pays for it on every visit.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 30_000;
const file = new URL("../../../zhiyin/frontend/widget/widget.js", import.meta.url);
const script = readFileSync(file);
const size = gzipSync(script, { level: 9 }).length;
const elsewhere = [...script.toString().matchAll(/https?:\/\/[\w.-]+/g)]
  .map((match) => match[0])
  .filter((address) => address !== "http://www.w3.org");

console.log(`widget.js: ${script.length} bytes, ${size} gzipped (limit ${LIMIT})`);
if (elsewhere.length) console.error(`It names other addresses: ${[...new Set(elsewhere)].join(", ")}`);
if (size >= LIMIT) console.error("It is too large: take something out, or ask whether it belongs in the widget.");
process.exit(size >= LIMIT || elsewhere.length ? 1 : 0);
