// Writes `embed.json` beside the built portal: what `embed.js` has to load, by the names that Trunk gave.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, wordsFile] = process.argv.slice(2);
const page = readFileSync(join(folder, "index.html"), "utf8");
const words = JSON.parse(readFileSync(wordsFile, "utf8"));

/** All files that the page links to and whose names end so, in the order of the page. */
const linked = (end) => [...page.matchAll(/href="\/([^"]+)"/g)].map(([, name]) => name).filter((name) => name.endsWith(end));
const [script] = linked(".js").filter((name) => name.includes("cineportal-portal"));
const [program] = linked("_bg.wasm");
if (!script || !program) throw new Error(`${folder}/index.html links to no program`);
for (const [language, texts] of Object.entries(words))
  for (const key of Object.keys(words.en)) if (!texts[key]) throw new Error(`${wordsFile}: ${language}.${key} is missing`);

// Later sheets win, so their order stays.
writeFileSync(join(folder, "embed.json"), JSON.stringify({ script, program, styles: linked(".css"), words }));
