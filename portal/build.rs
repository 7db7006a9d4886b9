//! Makes the texts of all languages constants: one file of `locales/` each, `en.toml` is the measure.
//! A key that is missing, too much, or has other placeholders than in English ends the build.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::Table;

const FOLDER: &str = "locales";
const MEASURE: &str = "en";

type Result<T> = std::result::Result<T, Box<dyn Error>>;
/// What a file says: sections, keys, texts.
type Sections = BTreeMap<String, BTreeMap<String, Text>>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed={FOLDER}");
    let mut languages = languages()?;
    let measure = languages.get(MEASURE).ok_or("there is no locales/en.toml")?;
    let faults: Vec<String> = languages.iter().flat_map(|(tag, read)| faults(tag, measure, read)).collect();
    if !faults.is_empty() {
        return Err(faults.join("\n").into());
    }
    let mut code = list(&languages)?;
    // The list says it, for all languages at once.
    languages
        .values_mut()
        .filter_map(|read| read.get_mut("language"))
        .for_each(|keys| drop(keys.remove("name")));
    let measure = &languages[MEASURE];
    code.push_str(&types(measure)?);
    languages.iter().try_for_each(|(tag, read)| values(&mut code, &tag.to_uppercase(), read))?;
    values(&mut code, "NOTHING", &emptied(measure))?;
    Ok(fs::write(out_folder()?.join("texts.rs"), code)?)
}

#[expect(clippy::disallowed_methods, reason = "so cargo tells a build script where to write")]
fn out_folder() -> Result<PathBuf> {
    Ok(PathBuf::from(env::var("OUT_DIR")?))
}

/// A text as its file writes it.
enum Text {
    Plain(String),
    /// With `{placeholders}`.
    Phrase(String),
    /// For one, and for any other number.
    Plural(String, String),
}

impl Text {
    fn read(value: &toml::Value) -> Option<Self> {
        if let Some(forms) = value.as_array() {
            let [one, other] = forms.as_slice() else { return None };
            return Some(Self::Plural(one.as_str()?.to_owned(), other.as_str()?.to_owned()));
        }
        let text = value.as_str()?.to_owned();
        Some(if text.contains('{') { Self::Phrase(text) } else { Self::Plain(text) })
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::Plain(_) => "&'static str",
            Self::Phrase(_) => "Phrase",
            Self::Plural(..) => "Plural",
        }
    }

    fn value(&self, name: &str, words: &mut String) -> String {
        let mut piece = |text: &str| piece(name, words, text);
        match self {
            Self::Plain(text) => piece(text),
            Self::Phrase(text) => format!("Phrase({})", piece(text)),
            Self::Plural(one, other) => format!("Plural({}, {})", piece(one), piece(other)),
        }
    }

    fn placeholders(&self) -> Vec<&str> {
        let (Self::Plain(text) | Self::Phrase(text) | Self::Plural(_, text)) = self;
        let mut names: Vec<&str> =
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect();
        names.sort_unstable();
        names
    }
}

fn languages() -> Result<BTreeMap<String, Sections>> {
    let mut languages = BTreeMap::new();
    for entry in fs::read_dir(FOLDER)? {
        let path: PathBuf = entry?.path();
        let tag = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let table: Table =
            fs::read_to_string(&path)?.parse().map_err(|error| format!("{}: {error}", path.display()))?;
        languages.insert(tag, sections(&path, &table)?);
    }
    Ok(languages)
}

fn sections(path: &Path, table: &Table) -> Result<Sections> {
    let wrong = |key: &str| format!("{}: `{key}` is neither a text nor two texts", path.display());
    let mut sections = Sections::new();
    for (section, keys) in table {
        let keys = keys.as_table().ok_or_else(|| wrong(section))?;
        for (key, value) in keys {
            let text = Text::read(value).ok_or_else(|| wrong(&format!("{section}.{key}")))?;
            sections.entry(section.clone()).or_default().insert(key.clone(), text);
        }
    }
    Ok(sections)
}

fn faults(tag: &str, measure: &Sections, read: &Sections) -> Vec<String> {
    let find = |sections: &Sections, section: &str, key: &str| {
        let text = sections.get(section).and_then(|keys| keys.get(key));
        text.map(|text| (text.type_name(), text.placeholders().join(", ")))
    };
    let keys =
        measure.iter().chain(read).flat_map(|(section, keys)| keys.keys().map(move |key| (section, key)));
    let mut faults: Vec<String> = keys
        .filter_map(|(section, key)| match (find(measure, section, key), find(read, section, key)) {
            (wanted, found) if wanted == found => None,
            (_, None) => Some(format!("locales/{tag}.toml: {section}.{key} is missing")),
            (None, _) => Some(format!("locales/{tag}.toml: {section}.{key} is not in {MEASURE}.toml")),
            _ => Some(format!("locales/{tag}.toml: {section}.{key} is not of the kind of {MEASURE}.toml, or has other placeholders")),
        })
        .collect();
    faults.sort();
    faults.dedup();
    faults
}

fn types(measure: &Sections) -> Result<String> {
    let mut code = String::from("/// The texts of one language.\npub(crate) struct Texts {\n");
    for section in measure.keys() {
        writeln!(code, "pub(crate) {section}: {},", type_of(section))?;
    }
    code.push_str("}\n");
    for (section, keys) in measure {
        writeln!(code, "pub(crate) struct {} {{", type_of(section))?;
        keys.iter().try_for_each(|(key, text)| writeln!(code, "pub(crate) {key}: {},", text.type_name()))?;
        code.push_str("}\n");
    }
    Ok(code)
}

/// What is known of every language without its texts.
fn list(languages: &BTreeMap<String, Sections>) -> Result<String> {
    let mut code = String::from("pub(crate) static LANGUAGES: &[Language] = &[");
    for (tag, read) in languages {
        let plain = |section: &str, key: &str| match read.get(section).and_then(|keys| keys.get(key)) {
            Some(Text::Plain(text)) => Ok(text),
            _ => Err(format!("locales/{tag}.toml: {section}.{key} is no plain text")),
        };
        let (name, missing) = (plain("language", "name")?, plain("part", "missing")?);
        let again = plain("frame", "try_again")?;
        writeln!(
            code,
            "Language {{ tag: {tag:?}, name: {name:?}, missing: {missing:?}, try_again: {again:?} }},"
        )?;
    }
    code.push_str("];\n");
    Ok(code)
}

/// The same keys, with nothing to say.
fn emptied(measure: &Sections) -> Sections {
    let empty = |text: &Text| match text {
        Text::Plain(_) => Text::Plain(String::new()),
        Text::Phrase(_) => Text::Phrase(String::new()),
        Text::Plural(..) => Text::Plural(String::new(), String::new()),
    };
    let section =
        |keys: &BTreeMap<String, Text>| keys.iter().map(|(key, text)| (key.clone(), empty(text))).collect();
    measure.iter().map(|(name, keys)| (name.clone(), section(keys))).collect()
}

/// All words of a language are one text, of which each text is a piece: so two languages share nothing, and each
/// lies in one file.
fn values(code: &mut String, name: &str, read: &Sections) -> Result<()> {
    let mut words = String::new();
    let mut texts = String::new();
    for (section, keys) in read {
        write!(texts, "{section}: {} {{", type_of(section))?;
        keys.iter().try_for_each(|(key, text)| write!(texts, "{key}: {},", text.value(name, &mut words)))?;
        texts.push_str("},\n");
    }
    writeln!(code, "static {name}_WORDS: &str = {words:?};")?;
    Ok(writeln!(code, "pub(crate) static {name}: Texts = Texts {{\n{texts}}};")?)
}

/// The piece of the words that says this; they grow only by what they do not say yet.
fn piece(name: &str, words: &mut String, text: &str) -> String {
    let at = words.find(text).unwrap_or_else(|| {
        words.push_str(text);
        words.len() - text.len()
    });
    format!("piece({name}_WORDS, {at}, {})", text.len())
}

/// `not_found` becomes `NotFoundTexts`.
fn type_of(section: &str) -> String {
    let capital = |word: &str| format!("{}{}", word[..1].to_uppercase(), &word[1..]);
    let words: String = section.split('_').map(capital).collect();
    format!("{words}Texts")
}
