use cineportal_regions::RegionId;

use super::*;
use crate::access::{Grants, Person, Presented, Reach, Role};

fn regions() -> Regions {
    cineportal_regions::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../regions"))).unwrap()
}

fn faults(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("access.toml");
    fs::write(&file, text).unwrap();
    let AccessError(lines) = load(Some(&file), &regions()).unwrap_err();
    let folder = format!("{}/", folder.path().display());
    lines.into_iter().map(|line| line.replace(&folder, "")).collect()
}

fn person(name: &str, groups: &[&str]) -> Person {
    Person {
        issuer: "proxy".to_owned(),
        subject: name.to_owned(),
        name: name.to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        claims: [("department".to_owned(), vec!["IT".to_owned(), "Projection".to_owned()])].into(),
        until: None,
    }
}

fn grants(rows: &str, person: Person) -> Grants {
    let file: AccessToml = toml::from_str(rows).unwrap();
    let mut faults = Faults::default();
    let rows = file.grant.into_iter().filter_map(|row| row.read(&regions(), &mut faults)).collect();
    assert!(faults.is_empty(), "{faults:?}");
    Table::new(rows).viewer(person).grants
}

fn in_region(id: &str, role: Role) -> (Reach, Role) {
    (Reach::Region(RegionId::new(id)), role)
}

#[test]
fn rows_add_up() {
    let rows = "[[grant]]\neveryone = true\nrole = 'viewer'\nregions = ['*']\n\
                [[grant]]\ngroup = 'dk'\nrole = 'responder'\nregions = ['denmark', 'norway']\n\
                [[grant]]\nuser = 'ida@example.com'\nrole = 'manager'\nregions = ['denmark']\n\
                [[grant]]\nclaim = 'department'\nvalue = 'Projection'\nrole = 'admin'\nregions = ['sweden']\n\
                [[grant]]\ngroup = 'dk'\nissuer = 'https://other.example'\nrole = 'admin'\nregions = ['*']\n";
    let expected = [
        (Reach::AllRegions, Role::Viewer),
        in_region("denmark", Role::Manager),
        in_region("norway", Role::Responder),
        in_region("sweden", Role::Admin),
    ];
    assert_eq!(grants(rows, person("ida@example.com", &["dk"])), Grants::of(expected));
}

#[test]
fn one_of_whom_no_row_speaks_sees_nothing() {
    let rows = "[[grant]]\ngroup = 'dk'\nrole = 'admin'\nregions = ['*']\n";
    assert_eq!(grants(rows, person("ida@example.com", &["dk-", "DK", ""])), Grants::of([]));
}

#[test]
fn whatever_is_wrong_is_told_with_line_and_key() {
    let told = faults(
        "[[grant]]\nuser = 'ida'\nrole = 'boss'\nregions = ['denmark', 'atlantis']\n\
         [[grant]]\nrole = 'viewer'\nregions = []\n",
    );
    assert_eq!(
        told,
        [
            "access.toml:3: grant.role: unknown role \"boss\": it is one of viewer, responder, manager, admin",
            "access.toml:4: grant.regions: there is no region \"atlantis\"",
            "access.toml:6: grant: says of whom in one way: user, group, claim with value, or everyone = true",
            "access.toml:7: grant.regions: needs at least one; [\"*\"] is all",
        ]
    );
}

#[test]
fn unknown_and_missing_keys_are_told() {
    let told = faults("[[grant]]\nuser = 'ida'\nrole = 'viewer'\nregion = 'denmark'\n");
    assert!(told[0].starts_with("access.toml:4: region: unknown field `region`"), "{told:?}");
    let told = faults("[[grant]]\nuser = 'ida'\nrole = 'viewer'\n");
    assert!(told[0].contains(": regions: missing field `regions`"), "{told:?}");
    let told = faults("[prozy]\n");
    assert!(told[0].starts_with("access.toml:1: [prozy]: unknown field `prozy`"), "{told:?}");
}

#[test]
fn a_secret_is_never_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secret"), "open sesame, please do\n").unwrap();
    let text = "[webhook]\nbearer_file = 'secret'\n[proxy]\npeers = ['127.0.0.1']\nsecret_file = 'secret'\n";
    let door = parse(text, folder.path(), &regions()).unwrap();
    assert!(!format!("{door:?}").contains("sesame"));
    let told = faults("[proxy]\npeers = ['10.0.0.0/33']\nsecret = 'open sesame, please do'\n");
    assert!(!told.concat().contains("sesame"), "{told:?}");
}

#[test]
fn the_file_in_the_documentation_is_valid() {
    let page = include_str!("../../../../docs/access.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for secret in ["proxy.secret", "webhook.secret"] {
        fs::write(folder.path().join(secret), "sixteen or more characters").unwrap();
    }
    let door = parse(example, folder.path(), &regions());
    assert!(door.is_ok_and(|door| !door.is_open()));
}

#[test]
fn what_is_not_safe_is_not_taken() {
    let jwt = |lines: &str| format!("[[jwt]]\nissuer = 'https://i.example'\naudience = ['a']\n{lines}");
    let told = |text: String| faults(&text).join(" ");
    assert!(
        told(jwt("jwks = 'http://i.example/keys'\n"))
            .starts_with("access.toml:4: jwt.jwks: must begin with https")
    );
    let keys = "jwks = 'https://i.example/keys'\n";
    for algorithm in ["none", "HS256", "HS512", "rs256", ""] {
        let fault = told(jwt(&format!("{keys}algorithms = ['{algorithm}']\n")));
        assert!(fault.starts_with("access.toml:5: jwt.algorithms:"), "{fault}");
    }
    assert!(told(jwt(&format!("{keys}algorithms = []\n"))).contains("needs at least one"));
    let proxy = |lines: &str| format!("[proxy]\npeers = ['127.0.0.1']\n{lines}");
    assert!(told(proxy("")).contains("proxy.secret_file: is missing"));
    assert!(
        told(proxy("secret_env = 'CINEPORTAL_TEST_NOT_SET'\n"))
            .contains("CINEPORTAL_TEST_NOT_SET is not set")
    );
    for header in ["x_forwarded_email", "Authorization", "", "a b"] {
        let fault = told(proxy(&format!("user_header = '{header}'\n")));
        assert!(fault.contains("access.toml:3: proxy.user_header"), "{fault}");
    }
    for (section, lines) in
        [("webhook", "username = 'a'\n"), ("metrics", ""), ("webhook", "bearer_file = 'none'\n")]
    {
        let fault = told(format!("[{section}]\n{lines}"));
        assert!(fault.contains(&format!(": {section}.")), "{fault}");
    }
}

#[test]
fn grants_that_are_read_again_count_and_end_what_is_followed_only_if_they_are_others() {
    let door = |grants: &str| parse(grants, Path::new(""), &regions()).unwrap();
    let grant =
        |region: &str| format!("[[grant]]\neveryone = true\nrole = 'viewer'\nregions = ['{region}']\n");
    let standing = door(&grant("denmark"));
    let before = standing.viewer(person("ida@example.com", &[]));
    assert!(standing.take_grants_of(door(&format!("# the same\n{}", grant("denmark")))));
    assert!(!before.revoked.is_cancelled());
    assert!(standing.take_grants_of(door(&grant("sweden"))));
    assert!(before.revoked.is_cancelled());
    let after = standing.viewer(person("ida@example.com", &[]));
    assert_eq!(after.grants, Grants::of([in_region("sweden", Role::Viewer)]));
    assert!(!after.revoked.is_cancelled());
}

#[test]
fn what_else_is_read_again_is_noticed_and_does_not_count() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("secret"), "a secret of some length").unwrap();
    let door = |text: &str| parse(text, folder.path(), &regions()).unwrap();
    let standing = door("");
    assert!(!standing.take_grants_of(door("[webhook]\nbearer_file = 'secret'\n")));
    let shown = Presented {
        headers: vec![("authorization".to_owned(), "Bearer a secret of some length".to_owned())],
        ..Presented::default()
    };
    assert!(standing.admit_webhook(&shown).is_err());
}
