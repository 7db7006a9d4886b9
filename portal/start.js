// Starts the portal. A file of its own, for a page that allows no inline scripts.
import start from "./cineportal-portal.js";

// The program says which language it speaks; this only guesses, so that the words come beside it, not after it.
const chosen = () => {
  try {
    return localStorage.getItem("cineportal.language");
  } catch {
    return null;
  }
};
const framed = new URLSearchParams(location.search).get("language");
const wished = [framed, chosen(), ...navigator.languages].filter(Boolean).map((tag) => tag.slice(0, 2).toLowerCase());
const language = wished.find((tag) => LANGUAGES.includes(tag)) ?? "en";
const words = Object.assign(document.createElement("link"), { rel: "preload", as: "fetch", crossOrigin: "anonymous" });
words.href = new URL(`./split_${language}.wasm`, import.meta.url);
document.head.append(words);

await start();
