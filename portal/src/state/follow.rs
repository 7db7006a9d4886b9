//! What follows signals. Each closure becomes one type first, so that the machinery behind it exists once for each
//! type of value, not once for each place: the portal is weighed.

use leptos::prelude::*;

/// Acts now, and again whenever what it reads has changed, until the current component goes.
pub(crate) fn follow(act: impl FnMut() + 'static) {
    follow_boxed(Box::new(act));
}

fn follow_boxed(mut act: Box<dyn FnMut()>) {
    Effect::new(move |_: Option<()>| act());
}

/// A value that is worked out once for all who read it, and tells them only if it became another.
pub(crate) fn memo<Value: PartialEq + Send + Sync + 'static>(
    work_out: impl Fn() -> Value + Send + Sync + 'static,
) -> Memo<Value> {
    memo_boxed(Box::new(work_out))
}

fn memo_boxed<Value: PartialEq + Send + Sync + 'static>(
    work_out: Box<dyn Fn() -> Value + Send + Sync>,
) -> Memo<Value> {
    Memo::new(move |_| work_out())
}
