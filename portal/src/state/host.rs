//! The page of somebody else that a portal stands in.

use leptos::prelude::*;

use super::follow::{follow, memo};
use leptos::wasm_bindgen::JsValue;
use leptos::web_sys::js_sys::{Function, Object, Reflect};

use super::RegionBoard;
use crate::model::{Counts, WantsToken};

/// Tells the page what happens in the portal, as far as it is any of its business.
#[derive(Clone, Copy)]
pub(crate) struct Host {
    tell: StoredValue<Function, LocalStorage>,
    board: StoredValue<Option<RegionBoard>>,
}

impl Host {
    /// Makes the host known to everything below the current component.
    pub(crate) fn provide(tell: Function) -> Self {
        let host = Self { tell: StoredValue::new_local(tell), board: StoredValue::new(None) };
        provide_context(host);
        host
    }

    /// Follows what this board counts; does nothing in a portal of its own.
    pub(crate) fn follow(board: RegionBoard, counts: Memo<Counts>) {
        let Some(host) = use_context::<Self>() else { return };
        host.board.set_value(Some(board));
        on_cleanup(move || {
            let _ = host.board.try_set_value(None);
        });
        let known = memo(move || board.region.with(Option::is_some).then(|| counts.get()));
        follow(move || known.get().into_iter().for_each(|counts| host.tell_counts(counts)));
    }

    /// Somebody chose an incident.
    pub(crate) fn selected(self, id: &str) {
        let number = |board: RegionBoard| {
            board.list.with_untracked(|list| list.open(id).map(|incident| incident.number.clone()))
        };
        let number = self.board.get_value().and_then(number);
        self.tell("incident-selected", &[("id", id.into()), ("number", number.into())]);
    }

    /// The server needs another token than the page gave.
    pub(crate) fn token_expired(self, reason: WantsToken) {
        self.tell("token-expired", &[("reason", reason.name().into())]);
    }

    fn tell_counts(self, counts: Counts) {
        let detail =
            [("open", counts.open), ("inProgress", counts.in_progress), ("critical", counts.critical)];
        self.tell("count-changed", &detail.map(|(name, count)| (name, count.into())));
    }

    fn tell(self, name: &str, values: &[(&str, JsValue)]) {
        let detail = Object::new();
        for (name, value) in values {
            let _ = Reflect::set(&detail, &(*name).into(), value);
        }
        let _ = self.tell.with_value(|tell| tell.call2(&JsValue::UNDEFINED, &name.into(), &detail));
    }
}
