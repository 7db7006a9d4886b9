//! A folder of region files: each is read, then what must be unique among them is checked.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::Regions;
use crate::file::{self, Fault, ParsedFile};

/// Everything that is wrong with a folder of regions, a line each: `file:line: key: reason`.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct LoadError(Vec<Problem>);

impl LoadError {
    /// A line for each fault.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(ToString::to_string)
    }
}

/// Loads all `*.toml` files of a folder.
///
/// # Errors
/// All faults of all files at once, each with file, line and key; or that the folder cannot be read.
pub fn load(folder: &Path) -> Result<Regions, LoadError> {
    let (regions, error) = survey(folder);
    error.map_or(Ok(regions), Err)
}

/// Reads all `*.toml` files of a folder, and says all that is wrong with them. Faulty regions are among the answer as
/// far as their files are well-formed, so that what refers to them can be checked, too; nobody may serve them.
pub fn survey(folder: &Path) -> (Regions, Option<LoadError>) {
    let mut problems = Vec::new();
    let mut sources = Vec::new();
    let paths = region_files(folder).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    for path in paths {
        let (source, found) = read(path);
        sources.extend(source);
        problems.extend(found);
    }
    problems.extend(duplicates(&sources));
    if problems.is_empty() && sources.is_empty() {
        problems.push(Problem::whole(folder, "holds no region file (*.toml)"));
    }
    let regions = sources.into_iter().map(|source| (source.parsed.region, source.path)).collect();
    (Regions::new(regions), (!problems.is_empty()).then_some(LoadError(problems)))
}

#[derive(Debug)]
struct Problem {
    path: PathBuf,
    line: Option<usize>,
    key: String,
    reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl Problem {
    fn whole(path: &Path, reason: impl fmt::Display) -> Self {
        Self { path: path.to_owned(), line: None, key: String::new(), reason: reason.to_string() }
    }
}

struct Source {
    path: PathBuf,
    text: String,
    parsed: ParsedFile,
}

impl Source {
    fn problem(&self, span: &Range<usize>, key: &str, reason: String) -> Problem {
        let line = Some(line_of(&self.text, span));
        Problem { path: self.path.clone(), line, key: key.to_owned(), reason }
    }
}

/// The crate itself lives in the shipped folder, so its manifest is not a region.
fn region_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let entries = std::fs::read_dir(folder).map_err(|error| Problem::whole(folder, error))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Problem::whole(folder, error))?.path();
        let is_toml = path.extension().is_some_and(|extension| extension == "toml");
        if is_toml && path.file_name().is_some_and(|name| name != "Cargo.toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: PathBuf) -> (Option<Source>, Vec<Problem>) {
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => return (None, vec![Problem::whole(&path, error)]),
    };
    let (parsed, faults) = file::parse(&text);
    let problem = |fault: Fault| Problem {
        path: path.clone(),
        line: Some(line_of(&text, &fault.span)),
        key: fault.key,
        reason: fault.reason,
    };
    let problems = faults.into_iter().map(problem).collect();
    (parsed.map(|parsed| Source { path, text, parsed }), problems)
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    text[..span.start.min(text.len())].matches('\n').count() + 1
}

/// Two regions must not share an id, a number prefix, or a claimed label value.
fn duplicates(sources: &[Source]) -> Vec<Problem> {
    let mut seen: BTreeMap<String, &Source> = BTreeMap::new();
    let mut problems = Vec::new();
    for source in sources {
        for (key, value, span) in unique_values(&source.parsed) {
            if let Some(first) = seen.insert(format!("{key}={value}"), source) {
                let reason = format!("{value:?} is already taken by {}", first.path.display());
                problems.push(source.problem(&span, &key, reason));
            }
        }
    }
    problems
}

fn unique_values(parsed: &ParsedFile) -> Vec<(String, &str, Range<usize>)> {
    let region = &parsed.region;
    let mut values = vec![
        ("id".to_owned(), region.id.as_str(), parsed.id_span.clone()),
        ("number_prefix".to_owned(), region.number_prefix.as_str(), parsed.number_prefix_span.clone()),
    ];
    for (label, claimed) in &region.claims {
        for value in claimed {
            values.push((format!("match.{label}"), value.as_str(), parsed.claims_span.clone()));
        }
    }
    values
}
