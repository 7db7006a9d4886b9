//! Mail through SMTP. Each step is taken by itself, so that it is known how far a broken one came:
//! only a connection that breaks after the text was sent leaves open whether it was taken.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use serde::Deserialize;

use super::channels::{Problem, Settings, sender};
use super::message::Message;
use super::secret::Secret;
use super::{Channel, SendError};

/// Longest time until the server says hello.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Replies that are about our password, not about this message (RFC 4954, section 6).
const LOGIN_REPLIES: [&str; 5] = ["530", "534", "535", "538", "554"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SmtpToml {
    host: String,
    port: Option<u16>,
    #[serde(default)]
    tls: Tls,
    from: String,
    username: Option<String>,
    password: Option<String>,
    password_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
}

/// How the connection is encrypted.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Tls {
    /// From the first byte on: port 465.
    Implicit,
    /// After the greeting, or not at all: port 587.
    #[default]
    Starttls,
    /// Never: only for a server on the same machine.
    None,
}

struct Smtp {
    host: String,
    port: u16,
    tls: Tls,
    parameters: Option<TlsParameters>,
    from: Mailbox,
    login: Option<Login>,
    hello: ClientId,
}

struct Login {
    username: String,
    password: Secret,
}

/// Opens a channel to a mail server.
pub(super) fn open(settings: &Settings<'_>) -> Result<Arc<dyn Channel>, Vec<Problem>> {
    let raw: SmtpToml = settings.parse()?;
    let from = sender(&raw.from);
    let parameters = tls_parameters(&raw, settings);
    let default_port = match raw.tls {
        Tls::Implicit => 465,
        Tls::Starttls => 587,
        Tls::None => 25,
    };
    let (host, port, tls) = (raw.host.clone(), raw.port.unwrap_or(default_port), raw.tls);
    match (from, parameters, login(raw, settings)) {
        (Ok(from), Ok(parameters), Ok(login)) => {
            let hello = ClientId::default();
            Ok(Arc::new(Smtp { host, port, tls, parameters, from, login, hello }))
        }
        (from, parameters, login) => {
            Err([from.err(), parameters.err(), login.err()].into_iter().flatten().collect())
        }
    }
}

fn tls_parameters(raw: &SmtpToml, settings: &Settings<'_>) -> Result<Option<TlsParameters>, Problem> {
    if raw.tls == Tls::None {
        return Ok(None);
    }
    let mut builder = TlsParameters::builder(raw.host.clone());
    if let Some(file) = &raw.ca_file {
        let path = settings.folder.join(file);
        let wrong = |error: String| Problem::new("ca_file", format!("{}: {error}", path.display()));
        let pem = fs::read(&path).map_err(|error| wrong(error.to_string()))?;
        builder = builder
            .add_root_certificate(Certificate::from_pem(&pem).map_err(|error| wrong(error.to_string()))?);
    }
    builder.build().map(Some).map_err(|error| Problem::new("tls", error.to_string()))
}

fn login(raw: SmtpToml, settings: &Settings<'_>) -> Result<Option<Login>, Problem> {
    let Some(username) = raw.username else {
        let given = raw.password.is_some() || raw.password_file.is_some();
        return if given { Err(Problem::new("username", "goes with a password")) } else { Ok(None) };
    };
    if raw.tls == Tls::None && !matches!(raw.host.as_str(), "127.0.0.1" | "::1" | "localhost") {
        return Err(Problem::new("tls", "a password is not sent unencrypted to another machine"));
    }
    let password = Secret::read("password", raw.password, raw.password_file, settings.folder)?;
    Ok(Some(Login { username, password }))
}

#[async_trait]
impl Channel for Smtp {
    fn kind(&self) -> &'static str {
        "smtp"
    }

    fn takes_addresses(&self) -> bool {
        true
    }

    async fn send(&self, message: &Message) -> Result<Option<String>, SendError> {
        let to: Vec<Mailbox> = message.to.iter().filter_map(|address| address.parse().ok()).collect();
        let mail =
            self.mail(message, &to).map_err(|error| SendError::Refused { reason: error.to_string() })?;
        let mut connection = self.connect().await?;
        let sent = self.transfer(&mut connection, &to, &mail).await;
        if sent.is_ok() {
            // The mail is the server's already; how it says goodbye is its own affair.
            let _ = connection.quit().await;
        }
        sent
    }
}

impl Smtp {
    fn mail(&self, message: &Message, to: &[Mailbox]) -> Result<Vec<u8>, lettre::error::Error> {
        let domain = self.from.email.domain();
        let mut builder = lettre::Message::builder()
            .from(self.from.clone())
            .subject(literal(&message.subject))
            .message_id(Some(format!("<{}@{domain}>", message.batch)))
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .raw_header(raw("X-CinePortal-Attempt", &message.attempt.to_string()));
        for mailbox in to {
            builder = builder.to(mailbox.clone());
        }
        let parts = MultiPart::alternative_plain_html(message.text.clone(), message.html.clone());
        Ok(builder.multipart(parts)?.formatted())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let not_taken = |error: &SmtpError| self.not_taken("connecting", error);
        let implicit = self.parameters.clone().filter(|_| self.tls == Tls::Implicit);
        let server = (self.host.as_str(), self.port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_TIMEOUT), &self.hello, implicit, None);
        let connected = tokio::time::timeout(CONNECT_TIMEOUT, connecting).await;
        let mut connection = connected
            .map_err(|_| SendError::not_taken("the mail server does not answer"))?
            .map_err(|error| not_taken(&error))?;
        if let Some(parameters) = self.parameters.clone().filter(|_| self.tls == Tls::Starttls) {
            connection.starttls(parameters, &self.hello).await.map_err(|error| not_taken(&error))?;
        }
        if let Some(login) = &self.login {
            let credentials = Credentials::new(login.username.clone(), login.password.reveal().to_owned());
            let signed_in = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
            signed_in.map_err(|error| self.not_taken("signing in", &error))?;
        }
        Ok(connection)
    }

    /// One bad address must not cost the others their mail.
    async fn transfer(
        &self,
        connection: &mut AsyncSmtpConnection,
        to: &[Mailbox],
        mail: &[u8],
    ) -> Result<Option<String>, SendError> {
        let sender: Address = self.from.email.clone();
        let from = connection.command(Mail::new(Some(sender), Vec::new())).await;
        from.map_err(|error| self.rejected("the sender", &error))?;
        let mut refused: Vec<SendError> = Vec::new();
        for mailbox in to {
            let recipient = connection.command(Rcpt::new(mailbox.email.clone(), Vec::new())).await;
            refused.extend(recipient.err().map(|error| self.rejected(mailbox.email.as_ref(), &error)));
        }
        if refused.len() == to.len() {
            // If one of them may work later, all are tried again later.
            let later = refused.iter().position(|error| matches!(error, SendError::NotTaken { .. }));
            let error = (!refused.is_empty()).then(|| refused.swap_remove(later.unwrap_or(0)));
            return Err(error.unwrap_or_else(|| SendError::Refused { reason: "no address".to_owned() }));
        }
        let data = connection.command(Data).await;
        data.map_err(|error| self.rejected("the mail", &error))?;
        match connection.message(mail).await {
            Ok(_) => {
                let but: Vec<String> = refused.iter().map(ToString::to_string).collect();
                Ok((!but.is_empty()).then(|| but.join("; ")))
            }
            Err(error) if error.status().is_some() => Err(self.rejected("the mail", &error)),
            Err(error) => Err(SendError::Unknown {
                reason: self.scrubbed("the connection broke after the mail", &error),
            }),
        }
    }

    fn rejected(&self, what: &str, error: &SmtpError) -> SendError {
        let about_us = error.status().is_some_and(|code| LOGIN_REPLIES.contains(&&*code.to_string()));
        if error.is_permanent() && !about_us {
            return SendError::Refused { reason: self.scrubbed(&format!("{what} was refused"), error) };
        }
        self.not_taken(what, error)
    }

    fn not_taken(&self, what: &str, error: &SmtpError) -> SendError {
        SendError::not_taken(self.scrubbed(what, error))
    }

    /// What went wrong, with its causes, without the password.
    fn scrubbed(&self, what: &str, error: &SmtpError) -> String {
        let mut text = format!("{what}: {error}");
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !text.contains(&cause_text) {
                text = format!("{text}: {cause_text}");
            }
            source = cause.source();
        }
        self.login.as_ref().map_or_else(|| text.clone(), |login| login.password.scrub(&text))
    }
}

/// A subject that nobody decodes: what looks encoded already (RFC 2047) would be shown as something else, with
/// line breaks in it. A zero-width space keeps it from looking so.
fn literal(subject: &str) -> String {
    subject.replace("=?", "=\u{200b}?")
}

fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
