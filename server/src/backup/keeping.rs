//! Which backups are kept, and when the next one is due.

use std::time::Duration;

use jiff::Timestamp;

use super::BackupName;

/// Those that are not among the newest so many.
pub(super) fn surplus(mut names: Vec<BackupName>, keep: u32) -> Vec<BackupName> {
    names.sort();
    names.truncate(names.len().saturating_sub(keep as usize));
    names
}

/// How long to wait. A newest one of the future says nothing: the clock was wrong.
pub(super) fn wait(newest: Option<BackupName>, every: Duration, now: Timestamp) -> Duration {
    let age = newest.and_then(|newest| Duration::try_from(now.duration_since(newest.made_at())).ok());
    age.map_or(Duration::ZERO, |age| every.saturating_sub(age))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_secs(6 * 3_600);

    fn made(second: i64) -> BackupName {
        BackupName::of(Timestamp::from_second(second).unwrap())
    }

    fn now() -> Timestamp {
        Timestamp::from_second(100_000).unwrap()
    }

    #[test]
    fn the_newest_are_kept() {
        let names = vec![made(3), made(1), made(4), made(2)];
        assert_eq!(surplus(names.clone(), 3), [made(1)]);
        assert!(surplus(names.clone(), 4).is_empty());
        assert_eq!(surplus(names, 1), [made(1), made(2), made(3)]);
    }

    #[test]
    fn whoever_starts_again_waits_for_as_long_as_before() {
        assert_eq!(wait(Some(made(100_000 - 3_600)), EVERY, now()), Duration::from_secs(5 * 3_600));
    }

    #[test]
    fn without_a_backup_or_after_a_long_pause_one_is_due_now() {
        assert_eq!(wait(None, EVERY, now()), Duration::ZERO);
        assert_eq!(wait(Some(made(0)), EVERY, now()), Duration::ZERO);
        assert_eq!(wait(Some(made(200_000)), EVERY, now()), Duration::ZERO);
    }
}
