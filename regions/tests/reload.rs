//! Regions that replace others.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use cineportal_regions::{CurrentRegions, Difference, RegionId, Regions, load};

fn file(id: &str, name: &str, prefix: &str) -> (String, String) {
    let text = format!(
        "id = \"{id}\"\nname = \"{name}\"\nnumber_prefix = \"{prefix}\"\nlanguages = [\"en\"]\n\
         time_zone = \"UTC\"\naccent_colour = \"#b3122b\"\n[match]\nregion = [\"{id}\"]\n"
    );
    (format!("{id}.toml"), text)
}

fn regions(files: &[(String, String)]) -> Regions {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    load(folder.path()).unwrap()
}

fn ids(ids: &[&str]) -> Vec<RegionId> {
    ids.iter().map(|id| RegionId::new(*id)).collect()
}

#[test]
fn what_was_added_removed_and_changed_is_told_apart() {
    let before = regions(&[
        file("denmark", "Denmark", "DK"),
        file("sweden", "Sweden", "SE"),
        file("norway", "Norway", "NO"),
    ]);
    let after = regions(&[
        file("denmark", "Danmark", "DK"),
        file("iceland", "Iceland", "IS"),
        file("norway", "Norway", "NO"),
    ]);
    let expected =
        Difference { added: ids(&["iceland"]), removed: ids(&["sweden"]), changed: ids(&["denmark"]) };
    assert_eq!(after.difference_to(&before), expected);
    assert!(after.difference_to(&after.clone()).is_empty());
}

#[test]
fn whoever_looks_gets_what_counts_now_and_keeps_what_it_got() {
    let current = CurrentRegions::new(regions(&[file("denmark", "Denmark", "DK")]));
    let mut changes = current.changes();
    let kept = current.now();
    current.replace(regions(&[file("denmark", "Danmark", "DK")]));
    let name = |regions: &Regions| regions.get(&RegionId::new("denmark")).unwrap().name.clone();
    assert_eq!((name(&kept), name(&current.now())), ("Denmark".to_owned(), "Danmark".to_owned()));
    assert_eq!((kept.edition(), current.now().edition()), (0, 1));
    assert!(changes.has_changed().unwrap());
    changes.mark_unchanged();
    assert!(!changes.has_changed().unwrap());
}
