//! What the person at the terminal sees. A closed terminal is no reason to fail: children are still to be stopped.

use std::io::Write;

/// One line to standard output.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// One line to standard error.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The beginning of a line that a later [`say`] finishes.
pub(crate) fn begin(text: &str) {
    let mut out = std::io::stdout();
    let _ = write!(out, "{text}");
    let _ = out.flush();
}

/// Rows as aligned columns, two spaces apart, without spaces at the ends of lines.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: Vec<usize> =
        (0..N).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    let line = |row: &[String; N]| -> String {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["portal".to_owned(), "here".to_owned()], ["up".to_owned(), "there".to_owned()]];

        assert_eq!(table(&rows), "portal  here\nup      there");
    }

    #[test]
    fn an_empty_last_cell_leaves_no_spaces_behind() {
        let rows = [["a".to_owned(), String::new()], ["b".to_owned(), "long".to_owned()]];

        assert_eq!(table(&rows), "a\nb  long");
    }
}
