// Texts that attackers send, one a line, in server/tests/corpora; the server's tests read the same files.
import { readFileSync } from "node:fs";

/** All texts of a file. Lines that begin with `# ` are comments; `{U+000A}` stands for that character. */
export function corpus(name: string): string[] {
  const file = readFileSync(new URL(`../../server/tests/corpora/${name}`, import.meta.url), "utf8");
  const lines = file.split("\n").filter((line) => line && !line.startsWith("# "));
  return lines.map((line) => line.replace(/\{U\+([0-9A-F]+)\}/g, (_, code) => String.fromCodePoint(parseInt(code, 16))));
}
