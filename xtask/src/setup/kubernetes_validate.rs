//! kubernetes-validate, which carries the schemas of Kubernetes.

use std::path::PathBuf;

use super::Step;
use super::python::Environment;
use crate::context::Context;

const ENVIRONMENT: Environment =
    Environment { folder: "kubernetes-validate", requirements: "e2e/deploy/requirements.txt" };

/// The Python that has it.
pub(crate) fn python(context: &Context) -> PathBuf {
    ENVIRONMENT.python(context)
}

pub(super) fn step(context: &Context) -> Step {
    Step {
        title: "kubernetes-validate".to_owned(),
        is_there: |context| ENVIRONMENT.is_there(context),
        work: "downloading 25 MB from PyPI, some seconds",
        install: |context| ENVIRONMENT.install(context),
        by_hand: ENVIRONMENT.by_hand(context),
    }
}
