//! The guide for other services says what happens: its commands are run by a shell, in their order, and their answers
//! compared.

use std::path::Path;
use std::process::{Command, Stdio};

use regex::Regex;

use crate::support::guarded::Guarded;
use crate::support::store_argument;

const GUIDE: &str = include_str!("../../../docs/services.md");
/// What the shell writes behind the answer to each example.
const END: &str = "--- end of an example ---";

/// Commands, and what they answer if the guide says so.
struct Example {
    commands: &'static str,
    answer: Option<&'static str>,
}

fn examples() -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for block in GUIDE.split("\n```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap();
        match (language, examples.last_mut()) {
            ("sh", _) => examples.push(Example { commands: text, answer: None }),
            ("json" | "text", Some(example)) => example.answer = Some(text),
            _ => panic!("what is {language}?"),
        }
    }
    examples
}

/// White space is the reader's; `…` stands for anything.
fn is_as_told(told: &str, answer: &str) -> bool {
    let without_space = |text: &str| text.split_whitespace().collect::<String>();
    let pattern = without_space(told).split('…').map(regex::escape).collect::<Vec<_>>().join(".*");
    Regex::new(&format!("(?s)^{pattern}$")).unwrap().is_match(&without_space(answer))
}

/// Runs all of it in one shell, as somebody would who follows the guide, but never quicker than a list shows what the
/// command before it did.
fn followed(guarded: &Guarded, examples: &[Example]) -> Vec<String> {
    let script: String =
        examples.iter().map(|one| format!("{}\necho '{END}'\nsleep 0.5\n", one.commands)).collect();
    let program = Path::new(env!("CARGO_BIN_EXE_cineportal"));
    let path = format!("{}:{}", program.parent().unwrap().display(), env!("PATH"));
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .env("PATH", path)
        .env("PORTAL", format!("http://{}", guarded.server.address))
        .env("STORE", store_argument(guarded.server.store()))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (told, complaints) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{complaints}");
    told.split(&format!("{END}\n")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_guide_works() {
    let guarded = Guarded::start().await;
    let examples = examples();
    assert!(examples.len() > 8, "the guide has lost its examples");
    let answers = followed(&guarded, &examples);
    for (example, answer) in examples.iter().zip(&answers) {
        if let Some(told) = example.answer {
            assert!(is_as_told(told, answer), "{}\nanswers {answer}\nand not {told}", example.commands);
        }
    }
}

#[test]
fn an_answer_that_says_something_else_is_noticed() {
    assert!(is_as_told(r#"{ "id": "…", "version": 1, … }"#, r#"{"id":"7","version":1,"region":"denmark"}"#));
    assert!(!is_as_told(r#"{ "id": "…", "version": 1, … }"#, r#"{"id":"7","version":2,"region":"denmark"}"#));
    assert!(!is_as_told("[]", "[1]"));
}
