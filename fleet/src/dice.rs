//! Numbers that look random and are the same in every run.

/// A number below `sides` (at least 1) that depends only on `id` and `what`.
pub fn roll(id: &str, what: &str, sides: u64) -> u64 {
    // FNV-1a, then the last steps of SplitMix64: similar ids must not give similar numbers.
    let hash = id.bytes().chain([0]).chain(what.bytes()).fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (hash ^ (hash >> 31)) % sides.max(1)
}

#[cfg(test)]
mod tests {
    use super::roll;

    #[test]
    fn the_same_question_gets_the_same_number_in_every_release() {
        assert_eq!(roll("dk-aarhus-01", "screens", 1000), 551);
    }

    #[test]
    fn neighbours_get_all_numbers() {
        let rolled: std::collections::BTreeSet<_> =
            (0..200).map(|number| roll(&format!("dk-aarhus-{number}"), "screens", 7)).collect();
        assert_eq!(rolled.len(), 7);
    }
}
