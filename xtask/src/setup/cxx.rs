//! A C++ compiler, which builds libFuzzer: also where the fuzz targets are only looked at.

use super::Step;
use super::debian::apt_install;

pub(super) fn step() -> Step {
    Step {
        title: "C++ compiler".to_owned(),
        is_there: |context| Ok(context.dirs.find_program("c++").is_some()),
        work: "installing a Debian package, about 1 minute",
        install: |context| apt_install(context, &["g++"]),
        by_hand: "install a C++ compiler so that it is on PATH as c++".to_owned(),
    }
}
