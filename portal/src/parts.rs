//! The parts of the portal that are fetched when they are first drawn: every split point, in one list.
//!
//! What only a part uses lies in that part's own WebAssembly file; what several parts but not the rest use lies in
//! a file that they share.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
#[cfg(not(all(test, target_arch = "wasm32")))]
use leptos::wasm_split::wasm_split;
use thiserror::Error;

use crate::api::{Command, Server};
use crate::components;
use crate::model::{Outcome, Trouble};
use crate::pages::{IncidentPage, LogsPage, MachinePage, MachinesPage, OverviewPage, ReportsPage};
use crate::state::{Keys, RegionBoard, Triage};
use crate::texts::{self, Texts};

/// Split points: what each `draw` gives, in the file of this name. Tests of components know no files: there it stands
/// where it is asked for.
macro_rules! parts {
    ($($file:ident: fn $name:ident($($input:ident: $kind:ty),*) -> $given:ty $draw:block)*) => {$(
        #[cfg(not(all(test, target_arch = "wasm32")))]
        #[wasm_split($file, fallible, wasm_split_path = leptos::wasm_split)]
        fn $name($($input: $kind),*) -> Result<$given, PartMissing> {
            Ok($draw)
        }

        #[cfg(all(test, target_arch = "wasm32"))]
        async fn $name($($input: $kind),*) -> Result<$given, PartMissing> {
            Ok($draw)
        }
    )*};
}

/// The file of a part could not be fetched: the network is gone, or a newer portal has replaced it.
#[derive(Debug, Error)]
#[error("its file could not be fetched")]
pub(crate) struct PartMissing;

impl From<SplitLoaderError> for PartMissing {
    fn from(_logged_by_the_loader: SplitLoaderError) -> Self {
        Self
    }
}

/// A part on its way. One type for all parts, so that what draws them exists once.
pub(crate) type Part = Pin<Box<dyn Future<Output = Result<AnyView, PartMissing>> + Send>>;

/// The texts of a language on their way.
pub(crate) type Words = Pin<Box<dyn Future<Output = Result<&'static Texts, PartMissing>>>>;

/// What the portal says in the language with this tag.
pub(crate) fn words(tag: &str) -> Words {
    match tag {
        "da" => Box::pin(say_danish()),
        "de" => Box::pin(say_german()),
        "fi" => Box::pin(say_finnish()),
        "nb" => Box::pin(say_norwegian()),
        "sv" => Box::pin(say_swedish()),
        _ => Box::pin(say_english()),
    }
}

/// What becomes of a command.
type Sent = Pin<Box<dyn Future<Output = Result<Outcome, Trouble>>>>;

/// Carries a command out. Most people only look, so that what sends is fetched with the first command.
pub(crate) async fn send(
    server: Server,
    id: String,
    version: i32,
    command: Command,
) -> Result<Outcome, Trouble> {
    match begin_to_send(server, id, version, command).await {
        Ok(sent) => sent.await,
        Err(missing) => Err(Trouble::Unreachable(missing.to_string())),
    }
}

/// The page of all regions.
pub(crate) fn overview() -> Part {
    Box::pin(draw_overview())
}

/// The wall of a region's machines.
pub(crate) fn machines(region: String) -> Part {
    Box::pin(draw_machines(region))
}

/// The page of a machine.
pub(crate) fn machine(id: String) -> Part {
    Box::pin(draw_machine(id))
}

/// The page of an incident.
pub(crate) fn incident(id: String) -> Part {
    Box::pin(draw_incident(id))
}

/// An incident beside the list of its region.
pub(crate) fn drawer(board: RegionBoard, id: String) -> Part {
    Box::pin(draw_drawer(board, id))
}

/// The commands of a page, to choose from.
pub(crate) fn palette(keys: Keys) -> Part {
    Box::pin(draw_palette(keys))
}

/// The keys of a page.
pub(crate) fn help(keys: Keys) -> Part {
    Box::pin(draw_help(keys))
}

/// The regions that one can go to.
pub(crate) fn regions(times_opened: RwSignal<u32>) -> Part {
    Box::pin(draw_regions(times_opened))
}

/// What a person may choose.
pub(crate) fn settings() -> Part {
    Box::pin(draw_settings())
}

/// The filters that somebody keeps.
pub(crate) fn views(triage: Triage) -> Part {
    Box::pin(draw_views(triage))
}

/// What was closed last.
pub(crate) fn closed(board: RegionBoard) -> Part {
    Box::pin(draw_closed(board))
}

/// How it went, in a region or everywhere.
pub(crate) fn reports(region: Option<String>) -> Part {
    Box::pin(draw_reports(region))
}

/// An hour of the server's log.
pub(crate) fn logs(hour: Option<String>) -> Part {
    Box::pin(draw_logs(hour))
}

parts! {
    commands: fn begin_to_send(server: Server, id: String, version: i32, command: Command) -> Sent {
        Box::pin(async move { server.command(&id, version, &command).await })
    }

    overview: fn draw_overview() -> AnyView {
        view! { <OverviewPage /> }.into_any()
    }

    machines: fn draw_machines(id: String) -> AnyView {
        view! { <MachinesPage id /> }.into_any()
    }

    machine: fn draw_machine(id: String) -> AnyView {
        view! { <MachinePage id /> }.into_any()
    }

    incident: fn draw_incident(id: String) -> AnyView {
        view! { <IncidentPage id /> }.into_any()
    }

    incident: fn draw_drawer(board: RegionBoard, id: String) -> AnyView {
        components::opened_drawer(board, id)
    }

    help: fn draw_palette(keys: Keys) -> AnyView {
        components::palette(keys)
    }

    help: fn draw_help(keys: Keys) -> AnyView {
        components::help(keys)
    }

    menus: fn draw_regions(times_opened: RwSignal<u32>) -> AnyView {
        components::regions(times_opened)
    }

    menus: fn draw_settings() -> AnyView {
        components::settings()
    }

    menus: fn draw_views(triage: Triage) -> AnyView {
        components::views(triage)
    }

    menus: fn draw_closed(board: RegionBoard) -> AnyView {
        components::closed_rows(board)
    }

    reports: fn draw_reports(region: Option<String>) -> AnyView {
        view! { <ReportsPage region /> }.into_any()
    }

    logs: fn draw_logs(hour: Option<String>) -> AnyView {
        view! { <LogsPage hour /> }.into_any()
    }

    da: fn say_danish() -> &'static Texts {
        &texts::DA
    }

    de: fn say_german() -> &'static Texts {
        &texts::DE
    }

    en: fn say_english() -> &'static Texts {
        &texts::EN
    }

    fi: fn say_finnish() -> &'static Texts {
        &texts::FI
    }

    nb: fn say_norwegian() -> &'static Texts {
        &texts::NB
    }

    sv: fn say_swedish() -> &'static Texts {
        &texts::SV
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;
    use crate::texts::LANGUAGES;

    #[test]
    fn every_language_brings_its_own_words() {
        for language in LANGUAGES {
            let words = words(language.tag).now_or_never().and_then(Result::ok);
            assert_eq!(words.map(|texts| texts.language.tag), Some(language.tag));
        }
    }
}
