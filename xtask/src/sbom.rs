//! `cargo xtask sbom`: what the programs and the portal of a release are made of, as a bill of materials
//! (CycloneDX 1.6, JSON). It lists what is linked, for this machine and for WebAssembly; not what only tests use.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::command::{host, output};
use crate::console::say;
use crate::context::Context;

const PROGRAMS: [&str; 2] = ["cineportal", "cine-exporter"];
const PORTAL: [&str; 1] = ["cineportal-portal"];
const WASM: &str = "wasm32-unknown-unknown";

/// Where to write it.
#[derive(Args)]
pub(crate) struct SbomOptions {
    /// The file to write.
    pub(crate) file: PathBuf,
}

/// What `cargo metadata` tells, as far as it matters here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    /// `None`: linked; else `dev` or `build`.
    kind: Option<String>,
}

/// What is linked, by package URL: each with the package URLs that it needs.
#[derive(Default)]
struct Bill {
    components: BTreeMap<String, Value>,
    needs: BTreeMap<String, BTreeSet<String>>,
}

/// Writes the bill of materials.
///
/// # Errors
/// If cargo does not tell what there is, or the file cannot be written.
pub(crate) fn write(context: &Context, options: &SbomOptions) -> Result<()> {
    let mut bill = Bill::default();
    bill.add(&metadata(context, &host(context)?)?, &PROGRAMS);
    bill.add(&metadata(context, WASM)?, &PORTAL);
    let text = serde_json::to_string_pretty(&bill.document(env!("CARGO_PKG_VERSION")))?;
    fs::write(&options.file, text).with_context(|| format!("cannot write {}", options.file.display()))?;
    say(&format!("{} packages in {}", bill.components.len(), options.file.display()));
    Ok(())
}

fn metadata(context: &Context, platform: &str) -> Result<Metadata> {
    let mut cargo = context.cargo();
    cargo.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", platform]);
    serde_json::from_str(&output(&mut cargo)?).context("cargo metadata cannot be read")
}

impl Bill {
    /// Adds these packages of ours, and all that is linked into them.
    fn add(&mut self, metadata: &Metadata, roots: &[&str]) {
        let packages: BTreeMap<&str, &Package> =
            metadata.packages.iter().map(|package| (package.id.as_str(), package)).collect();
        let nodes: BTreeMap<&str, &Node> =
            metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let is_root = |package: &&Package| package.source.is_none() && roots.contains(&package.name.as_str());
        let mut open: Vec<&Package> = metadata.packages.iter().filter(is_root).collect();
        let mut seen = BTreeSet::new();
        while let Some(package) = open.pop() {
            if !seen.insert(&package.id) {
                continue;
            }
            let linked = nodes.get(package.id.as_str()).into_iter().flat_map(|node| linked(node));
            let linked: Vec<&Package> = linked.filter_map(|id| packages.get(id).copied()).collect();
            self.components.insert(address(package), component(package));
            self.needs
                .entry(address(package))
                .or_default()
                .extend(linked.iter().map(|needed| address(needed)));
            open.extend(linked);
        }
    }

    fn document(&self, version: &str) -> Value {
        let needs = self.needs.iter().map(|(of, needed)| json!({ "ref": of, "dependsOn": needed }));
        json!({
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": { "component": {
                "type": "application", "bom-ref": "cineportal-release", "name": "CinePortal", "version": version,
            } },
            "components": self.components.values().collect::<Vec<_>>(),
            "dependencies": needs.collect::<Vec<_>>(),
        })
    }
}

fn linked(node: &Node) -> impl Iterator<Item = &str> {
    let is_linked = |needed: &&Dependency| needed.dep_kinds.iter().any(|kind| kind.kind.is_none());
    node.deps.iter().filter(is_linked).map(|needed| needed.pkg.as_str())
}

/// The package URL; a plus of a version is written as such a URL wants it.
fn address(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version.replace('+', "%2B"))
}

fn component(package: &Package) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": address(package),
        "name": package.name,
        "version": package.version,
        "purl": address(package),
    });
    if let Some(license) = &package.license {
        // Old packages write a slash where SPDX has OR.
        component["licenses"] = json!([{ "expression": license.replace('/', " OR ").replace("  ", " ") }]);
    }
    component
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::Bill;

    fn package(name: &str, source: Option<&str>) -> Value {
        json!({ "id": name, "name": name, "version": "1.0.0+x", "license": "MIT/Apache-2.0", "source": source })
    }

    fn needs(id: &str, of: &[(&str, Option<&str>)]) -> Value {
        let deps = of.iter().map(|(pkg, kind)| json!({ "pkg": pkg, "dep_kinds": [{ "kind": kind }] }));
        json!({ "id": id, "deps": deps.collect::<Vec<_>>() })
    }

    #[test]
    fn what_is_linked_is_listed_and_what_tests_need_is_not() {
        let registry = Some("registry+https://github.com/rust-lang/crates.io-index");
        let metadata = json!({
            "packages": [package("ours", None), package("linked", registry), package("tester", registry)],
            "resolve": { "nodes": [
                needs("ours", &[("linked", None), ("tester", Some("dev"))]), needs("linked", &[]), needs("tester", &[]),
            ] },
        });
        let mut bill = Bill::default();
        bill.add(&from_value(metadata).unwrap(), &["ours"]);
        let document = bill.document("1.2.3");
        assert_eq!(document["metadata"]["component"]["version"], "1.2.3");
        let names: Vec<&Value> =
            document["components"].as_array().unwrap().iter().map(|component| &component["name"]).collect();
        assert_eq!(names, ["linked", "ours"]);
        assert_eq!(document["components"][0]["licenses"][0]["expression"], "MIT OR Apache-2.0");
        let ours = json!({ "ref": "pkg:cargo/ours@1.0.0%2Bx", "dependsOn": ["pkg:cargo/linked@1.0.0%2Bx"] });
        assert_eq!(document["dependencies"][1], ours);
    }
}
