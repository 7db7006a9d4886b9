//! Small pictures in the colour of the text; always beside words, never instead of them.

use leptos::prelude::*;

/// What the picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Critical,
    Warning,
    Info,
    Done,
    Arrow,
    Settings,
    Clock,
}

impl Shape {
    fn path(self) -> &'static str {
        match self {
            Self::Critical => {
                "M5.2 1h5.6L15 5.2v5.6L10.8 15H5.2L1 10.8V5.2L5.2 1Zm2 3.2v4.6h1.6V4.2H7.2Zm0 6.2V12h1.6v-1.6H7.2Z"
            }
            Self::Warning => "M8 1.2 15.6 15H.4L8 1.2Zm-.8 5v4.2h1.6V6.2H7.2Zm0 5.4v1.6h1.6v-1.6H7.2Z",
            Self::Info => "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm-.8 3v1.6h1.6V4H7.2Zm0 3v5h1.6V7H7.2Z",
            Self::Done => {
                "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm3.2 4.3L7 9.6 4.9 7.5l-1 1.1L7 11.7l5.3-5.3-1.1-1.1Z"
            }
            Self::Clock => "M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm-.8 3v4.4l3.3 2 .8-1.3-2.5-1.5V4H7.2Z",
            Self::Arrow => "M5.5 2.5 11 8l-5.5 5.5L4.4 12.4 8.8 8 4.4 3.6l1.1-1.1Z",
            Self::Settings => {
                "M1 3.2h7v1.6H1Zm11.5-1.7a2.5 2.5 0 1 1-3.6 2.25 2.5 2.5 0 0 1 3.6-2.25Zm1.5 1.7h1v1.6h-1ZM8 11.2h7v1.6H8Zm-3.5-1.7a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM1 11.2h1v1.6H1Z"
            }
        }
    }
}

/// A small picture.
#[component]
pub(crate) fn Icon(#[prop(into)] shape: Signal<Shape>) -> impl IntoView {
    let path = Signal::derive(move || shape.get().path());
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=path fill="currentColor" fill-rule="evenodd" />
        </svg>
    }
}
