//! Short names between the program and its script: each that wasm-bindgen gives ends in a hash, which no compression
//! makes smaller, and stands in both files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// How the names begin that may change: only these two files know them.
const LONG: &str = "__wbg_";
/// What every WebAssembly file begins with: `\0asm` and the version.
const HEADER_BYTES: usize = 8;
const IMPORTS: u8 = 2;

/// Renames what the program imports from its script, in both.
///
/// # Errors
/// If a file cannot be read or written, or the program is no WebAssembly.
pub(super) fn shorten(script: &Path, program: &Path) -> Result<()> {
    let bytes = fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
    let mut names = Names::default();
    let renamed = renamed(&bytes, &mut names).with_context(|| format!("{} is broken", program.display()))?;
    let mut text = fs::read_to_string(script)?;
    for (long, short) in names.longest_first() {
        text = text.replace(long, short);
    }
    fs::write(script, trimmed(&text))?;
    fs::write(program, renamed).context("cannot write the program")
}

/// The script without indentation and comments on lines of their own.
fn trimmed(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let kept =
        lines.filter(|line| !line.is_empty() && !["//", "/*", "*"].iter().any(|mark| line.starts_with(mark)));
    kept.flat_map(|line| [line, "\n"]).collect()
}

#[derive(Default)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// The same again for the same name.
    fn short(&mut self, long: &str) -> String {
        let count = self.0.len();
        self.0.entry(long.to_owned()).or_insert_with(|| format!("w{count}")).clone()
    }

    /// A name may begin another.
    fn longest_first(&self) -> Vec<(&String, &String)> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by_key(|(long, _)| std::cmp::Reverse(long.len()));
        all
    }
}

fn renamed(program: &[u8], names: &mut Names) -> Result<Vec<u8>> {
    let mut input = Input(program);
    let mut output = input.take(HEADER_BYTES)?.to_vec();
    while !input.0.is_empty() {
        let (kind, length) = (input.byte()?, input.number()?);
        let section = input.take(length)?;
        let section = if kind == IMPORTS { with_short_names(section, names)? } else { section.to_vec() };
        output.push(kind);
        put_number(&mut output, section.len());
        output.extend(section);
    }
    Ok(output)
}

fn with_short_names(section: &[u8], names: &mut Names) -> Result<Vec<u8>> {
    let mut input = Input(section);
    let count = input.number()?;
    let mut output = Vec::new();
    put_number(&mut output, count);
    for _ in 0..count {
        let (module, name) = (input.text()?, input.text()?);
        put_text(&mut output, module);
        let short = name.starts_with(LONG).then(|| names.short(name));
        put_text(&mut output, short.as_deref().unwrap_or(name));
        output.extend(input.description()?);
    }
    Ok(output)
}

/// What is still to be read.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).context("it ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    /// A number in LEB128.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..).step_by(7).take(5) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        bail!("a number is too long")
    }

    fn text(&mut self) -> Result<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length)?).context("a name is no text")
    }

    /// What an import is, as it stands there: a function, a table, a memory, a global or a tag.
    fn description(&mut self) -> Result<&'a [u8]> {
        let all = self.0;
        match self.byte()? {
            0 => drop(self.number()?),
            1 => {
                self.byte()?;
                self.limits()?;
            }
            2 => self.limits()?,
            3 => drop(self.take(2)?),
            4 => {
                self.byte()?;
                self.number()?;
            }
            kind => bail!("imports of kind {kind} are not known"),
        }
        Ok(&all[..all.len() - self.0.len()])
    }

    fn limits(&mut self) -> Result<()> {
        let has_most = self.byte()? & 1 == 1;
        self.number()?;
        if has_most {
            self.number()?;
        }
        Ok(())
    }
}

fn put_text(output: &mut Vec<u8>, text: &str) {
    put_number(output, text.len());
    output.extend(text.as_bytes());
}

fn put_number(output: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        output.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    output.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One function `name` from the module `m`, then an empty section of code.
    fn program(name: &str) -> Vec<u8> {
        let mut section = vec![1];
        put_text(&mut section, "m");
        put_text(&mut section, name);
        section.extend([0, 5]);
        let mut program = b"\0asm\x01\0\0\0".to_vec();
        program.push(IMPORTS);
        put_number(&mut program, section.len());
        program.extend(section);
        program.extend([10, 1, 0]);
        program
    }

    #[test]
    fn a_long_name_becomes_short_in_the_program() {
        let mut names = Names::default();
        let long = format!("__wbg_{}", "x".repeat(200));
        assert_eq!(renamed(&program(&long), &mut names).unwrap(), program("w0"));
        assert_eq!(names.longest_first(), [(&long, &"w0".to_owned())]);
    }

    #[test]
    fn other_names_stay() {
        let other = program("__wbindgen_throw");
        assert_eq!(renamed(&other, &mut Names::default()).unwrap(), other);
    }

    #[test]
    fn half_a_program_is_refused() {
        assert!(renamed(&program("a")[..12], &mut Names::default()).is_err());
    }

    #[test]
    fn a_script_loses_comments_and_indentation() {
        assert_eq!(trimmed("/**\n * a\n */\nif (a) {\n    b(); // c\n\n}\n"), "if (a) {\nb(); // c\n}\n");
    }
}
