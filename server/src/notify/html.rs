//! A message as an HTML page that mail programs can show. Everything in it is text, but for our own tags.

use std::fmt::Write as _;

use super::message::{MAX_LISTED, Message, Notice};
use crate::domain::incident::Severity;

const PAGE_STYLE: &str = "font-family:sans-serif;font-size:15px;line-height:1.4;color:#1c1e21";
const CELL_STYLE: &str = "padding:2px 12px 2px 0;text-align:left;vertical-align:top";

/// The whole page.
pub(super) fn page(message: &Message) -> String {
    let language = escape(&message.words.language);
    let title = escape(&message.subject);
    let mut page = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body style=\"{PAGE_STYLE}\">"
    );
    if let Some(words) = &message.repeated {
        push(&mut page, format_args!("<p><em>{}</em></p>", escape(words)));
    }
    match message.notices.as_slice() {
        [only] => single(&mut page, message, only),
        _ => digest(&mut page, message, &title),
    }
    let (name, url) = &message.region_link;
    push(&mut page, format_args!("<p>{}</p>", link(name, url)));
    let footer = escape(&message.words.footer);
    push(&mut page, format_args!("<p style=\"color:#6a6f76\">{footer}</p></body></html>"));
    page
}

/// Text as HTML shows it.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The colour of a severity, as `0xrrggbb`.
pub(super) fn colour(severity: Severity) -> u32 {
    match severity {
        Severity::Critical => 0x00b3_122b,
        Severity::Warning => 0x00b3_6b00,
        Severity::Info => 0x0035_5f9e,
    }
}

fn single(page: &mut String, message: &Message, notice: &Notice) {
    heading(page, notice.incident.severity, &escape(&notice.heading));
    page.push_str("<table>");
    for (name, value) in &notice.facts {
        let (name, value) = (escape(name), escape(value));
        let row = format_args!(
            "<tr><th style=\"{CELL_STYLE}\">{name}</th><td style=\"{CELL_STYLE}\">{value}</td></tr>"
        );
        push(page, row);
    }
    page.push_str("</table>");
    if !notice.description.is_empty() {
        let description = escape(&notice.description).replace('\n', "<br>");
        push(page, format_args!("<p>{description}</p>"));
    }
    push(page, format_args!("<p>{}</p>", link(&message.words.open_incident, &notice.url)));
}

fn digest(page: &mut String, message: &Message, title: &str) {
    heading(page, message.severity(), title);
    page.push_str("<ul>");
    for notice in message.notices.iter().take(MAX_LISTED) {
        let facts: Vec<String> = notice.facts.iter().map(|(_, value)| escape(value)).collect();
        push(page, format_args!("<li>{}<br>{}</li>", link(&notice.heading, &notice.url), facts.join(", ")));
    }
    page.push_str("</ul>");
    if let Some(more) = message.more(MAX_LISTED) {
        push(page, format_args!("<p>{}</p>", escape(&more)));
    }
}

fn heading(page: &mut String, severity: Severity, escaped: &str) {
    let colour = colour(severity);
    push(
        page,
        format_args!(
            "<h1 style=\"font-size:18px;border-left:6px solid #{colour:06x};padding-left:8px\">{escaped}</h1>"
        ),
    );
}

fn link(name: &str, url: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(url), escape(name))
}

fn push(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = page.write_fmt(text);
}
