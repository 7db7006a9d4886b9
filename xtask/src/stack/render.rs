//! Turns a file of `deploy/` into that of a demo: faster values, chosen ports. Pure.

const DEMO: &str = "# demo: ";
const LOOPBACK: &str = "127.0.0.1:";

/// `key: value # demo: other` becomes `key: other`; `127.0.0.1:FROM` becomes `127.0.0.1:TO`.
pub(crate) fn render(text: &str, moves: &[(u16, u16)]) -> String {
    text.split_inclusive('\n').map(|line| move_ports(&demo_value(line), moves)).collect()
}

/// A line that is a comment as a whole stays as it is.
fn demo_value(line: &str) -> String {
    let Some((setting, other)) = line.split_once(DEMO) else { return line.to_owned() };
    match setting.split_once(": ") {
        Some((key, _)) if !key.trim_start().starts_with('#') => format!("{key}: {other}"),
        _ => line.to_owned(),
    }
}

fn move_ports(line: &str, moves: &[(u16, u16)]) -> String {
    let mut pieces = line.split(LOOPBACK);
    let mut moved = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len());
        let (port, rest) = piece.split_at(digits);
        let found = moves.iter().find(|(from, _)| from.to_string() == port);
        let port = found.map_or(port.to_owned(), |(_, to)| to.to_string());
        moved.push_str(&format!("{LOOPBACK}{port}{rest}"));
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn a_demo_value_takes_the_place_of_the_value() {
        assert_eq!(render("  for: 2m # demo: 5s\n", &[]), "  for: 5s\n");
    }

    #[test]
    fn the_key_ends_at_the_first_colon_and_space() {
        assert_eq!(render("- url: \"http://a: b\" # demo: c: d", &[]), "- url: c: d");
    }

    #[test]
    fn a_line_without_a_demo_value_stays() {
        assert_eq!(render("key: value # why\n", &[]), "key: value # why\n");
    }

    #[test]
    fn a_comment_that_speaks_of_demo_values_stays() {
        let comment = "# Values: those of production; `# demo: x` is the demo's\n";

        assert_eq!(render(comment, &[]), comment);
    }

    #[test]
    fn a_default_port_on_loopback_becomes_the_chosen_one() {
        assert_eq!(
            render("targets: [\"127.0.0.1:9090\"]", &[(9090, 19090)]),
            "targets: [\"127.0.0.1:19090\"]"
        );
    }

    #[test]
    fn two_programs_may_swap_their_ports() {
        assert_eq!(render("127.0.0.1:1 127.0.0.1:2", &[(1, 2), (2, 1)]), "127.0.0.1:2 127.0.0.1:1");
    }

    #[test]
    fn a_longer_port_that_begins_like_a_default_one_stays() {
        assert_eq!(render("127.0.0.1:90901", &[(9090, 1)]), "127.0.0.1:90901");
    }

    #[test]
    fn ports_of_other_hosts_stay() {
        assert_eq!(render("10.0.0.1:9090", &[(9090, 1)]), "10.0.0.1:9090");
    }

    #[test]
    fn a_demo_value_has_its_port_moved_too() {
        assert_eq!(render("url: a # demo: 127.0.0.1:8080", &[(8080, 1)]), "url: 127.0.0.1:1");
    }
}
