//! Reads versions from `Cargo.lock`.

/// The version of a package that the lock file holds, if it holds it.
pub(super) fn version_of(lockfile: &str, package: &str) -> Option<String> {
    let name_line = format!("name = \"{package}\"");
    let mut lines = lockfile.lines().skip_while(|line| line.trim() != name_line);
    lines.next()?;
    let version = lines.next()?.trim().strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_of;

    const LOCKFILE: &str = r#"
[[package]]
name = "wasm-bindgen-macro"
version = "9.9.9"

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry+https://github.com/rust-lang/crates.io-index"
"#;

    #[test]
    fn the_version_belongs_to_the_exact_package() {
        assert_eq!(version_of(LOCKFILE, "wasm-bindgen").as_deref(), Some("0.2.130"));
    }

    #[test]
    fn a_package_that_is_not_locked_has_no_version() {
        assert_eq!(version_of(LOCKFILE, "trunk"), None);
    }
}
