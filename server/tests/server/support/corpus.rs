//! Texts that attackers send, one a line, in `tests/corpora`; the browser's tests read the same files.

use std::collections::BTreeSet;
use std::path::Path;

/// All texts of a file. Lines that begin with `# ` are comments.
pub(crate) fn corpus(name: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpora").join(name);
    let file = std::fs::read_to_string(path).unwrap();
    let lines = file.lines().filter(|line| !line.is_empty() && !line.starts_with("# "));
    let texts: Vec<String> = lines.map(with_characters).collect();
    assert_eq!(texts.iter().collect::<BTreeSet<_>>().len(), texts.len(), "{name} holds a text twice");
    texts
}

/// With characters in place of `{U+000A}`.
fn with_characters(line: &str) -> String {
    let mut parts = line.split("{U+");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap();
        text.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        text.push_str(rest);
    }
    text
}

/// Says how large a corpus is, and what it went through.
#[expect(clippy::print_stdout, reason = "the size of a corpus is a result of the test")]
pub(crate) fn told(name: &str, texts: usize, through: &str) {
    println!("{name}: {texts} texts {through}");
}
