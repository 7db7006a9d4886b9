//! Cursors of lists: a text is a cursor of one list at most, and only if that list would write it so.
//! (The cursors of the change feed are compared, and never parsed.)
#![no_main]

use std::str;

use cineportal::fuzzing::cursors;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let Ok(text) = str::from_utf8(text) else { return };
    let written = cursors(text);
    assert!(written.len() <= 1, "{written:?}");
    written.iter().for_each(|written| assert_eq!(written, text));
});
