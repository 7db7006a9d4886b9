//! What is wrong with channels and routes is said before the server starts, all at once.

use cineportal::app::App;

use crate::support::StoreKind;
use crate::support::telling::Telling;

const MAIL_ROUTE: &str = "[[notify]]\nname = \"duty\"\nchannel = \"mail\"\nto = [\"duty@example.dk\"]\n";

/// What the server says of these files, with paths relative to their folder.
async fn refusal(routes: &str, channels: Option<&str>) -> String {
    let telling = Telling::new(routes, channels.unwrap_or(""));
    let fresh = StoreKind::Embedded.fresh();
    let mut settings = telling.settings(&fresh.address);
    settings.channels = settings.channels.filter(|_| channels.is_some());
    let Err(error) = App::build(&settings).await else { panic!("the server would start") };
    let folder = format!("{}/", telling.path("").display()).replace("//", "/");
    format!("{:#}", error.root_cause()).replace(&folder, "")
}

#[tokio::test]
async fn a_route_without_a_channels_file_is_refused() {
    assert_eq!(
        refusal(MAIL_ROUTE, None).await,
        "regions/denmark.toml:10: notify \"duty\": channel: \"mail\" is in no file: start with --channels FILE"
    );
}

#[tokio::test]
async fn a_route_to_a_channel_that_does_not_exist_is_refused() {
    assert_eq!(
        refusal(MAIL_ROUTE, Some("")).await,
        "regions/denmark.toml:10: notify \"duty\": channel: there is no \"mail\" in the channels file"
    );
}

#[tokio::test]
async fn all_faults_of_all_channels_are_told_at_once() {
    let channels = r#"
        [channels.a]
        kind = "pigeon"
        [channels.b]
        kind = "smtp"
        host = "mail.example.dk"
        from = "nobody"
        username = "x"
        password_file = "missing"
        [channels.c]
        kind = "webhook"
        url = "ftp://example.dk"
        secret = "short"
        [channels.d]
        kind = "slack"
        url = "https://hooks.slack.com/services/secret"
        colour = "red"
        "#;
    let said = refusal("", Some(channels)).await;
    for part in [
        "channels.toml:3: channels.a.kind: \"pigeon\" is not one of smtp, sendgrid, slack, discord, webhook",
        "channels.toml:7: channels.b.from: \"nobody\" is not a mail address, as \"CinePortal <cineportal@example.com>\"",
        "channels.toml:9: channels.b.password_file: missing: ",
        "channels.toml:12: channels.c.url: must be an http or https address",
        "channels.toml:13: channels.c.secret: must have at least 16 bytes",
        "channels.toml:14: channels.d: unknown field `colour`",
    ] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
    assert!(!said.contains("services/secret"), "{said}");
}

#[tokio::test]
async fn addresses_belong_to_mail_routes_and_must_be_valid() {
    let channels = r#"
        [channels.mail]
        kind = "smtp"
        host = "mail.example.dk"
        from = "a@example.dk"
        [channels.chat]
        kind = "slack"
        url = "https://hooks.slack.com/services/secret"
        "#;
    let routes = r#"
        [[notify]]
        name = "none"
        channel = "mail"
        [[notify]]
        name = "bad"
        channel = "mail"
        to = ["not an address"]
        language = "tlh"
        [[notify]]
        name = "chat"
        channel = "chat"
        to = ["duty@example.dk"]
        "#;
    let said = refusal(routes, Some(channels)).await;
    for part in [
        "notify \"none\": to: needs at least one mail address",
        "notify \"bad\": to: \"not an address\" is not a mail address",
        "notify \"bad\": language: \"tlh\" is none of en, da, fi, de, nb, sv",
        "notify \"chat\": to: channel \"chat\" takes no addresses",
    ] {
        assert!(said.contains(part), "{part} is missing in:\n{said}");
    }
}

#[tokio::test]
async fn a_password_is_not_sent_unencrypted_to_another_machine() {
    let channels = "[channels.mail]\nkind = \"smtp\"\nhost = \"mail.example.dk\"\ntls = \"none\"\n\
                    from = \"a@example.dk\"\nusername = \"x\"\npassword = \"y\"\n";
    assert_eq!(
        refusal("", Some(channels)).await,
        "channels.toml:4: channels.mail.tls: a password is not sent unencrypted to another machine"
    );
}
