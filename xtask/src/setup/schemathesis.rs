//! Schemathesis, which makes up requests from published schemas.

use std::path::PathBuf;

use super::Step;
use super::python::Environment;
use crate::context::Context;

const ENVIRONMENT: Environment =
    Environment { folder: "schemathesis", requirements: "e2e/api/requirements.txt" };

/// The Python that has it.
pub(crate) fn python(context: &Context) -> PathBuf {
    ENVIRONMENT.python(context)
}

pub(super) fn step(context: &Context) -> Step {
    Step {
        title: "Schemathesis".to_owned(),
        is_there: |context| ENVIRONMENT.is_there(context),
        work: "downloading 20 MB from PyPI, about 1 minute",
        install: |context| ENVIRONMENT.install(context),
        by_hand: ENVIRONMENT.by_hand(context),
    }
}
