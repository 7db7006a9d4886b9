use super::*;
use crate::access::{Scope, ServiceToken, fresh_token};

const ADMIN: &str = "https://admin.example";

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_763_700_000 + minute * 60).unwrap()
}

fn embeds() -> Embeds {
    let embeds = Embeds::new(key_of(b"a key of some length"), Arc::default());
    embeds.for_pages_of(vec![ADMIN.parse().unwrap()])
}

fn wish(region: &str, role: Role) -> EmbedWish {
    EmbedWish { region: RegionId::new(region), role, origin: ADMIN.to_owned(), minutes: None }
}

/// A responder of Denmark, known until this minute.
fn responder(until: i64) -> Viewer {
    let grants = Grants::of([(Reach::Region(RegionId::new("denmark")), Role::Responder)]);
    let (id, name) = ("proxy kim".to_owned(), "Kim".to_owned());
    Viewer { id, name, hands_on: grants.clone(), grants, until: Some(at(until)), ..Viewer::local() }
}

fn made(embeds: &Embeds) -> String {
    embeds.make(&responder(60), wish("denmark", Role::Viewer), at(0)).unwrap().token
}

fn reason(refused: Result<Viewer, Unauthenticated>) -> String {
    refused.unwrap_err().to_string()
}

#[test]
fn a_token_shows_one_region_in_its_makers_name_for_a_quarter_of_an_hour() {
    let embeds = embeds();
    let viewer = embeds.viewer(&made(&embeds), Some(ADMIN), at(14)).unwrap();
    assert_eq!((viewer.name.as_str(), viewer.until), ("Kim (embedded)", Some(at(15))));
    assert_eq!(viewer.grants, Grants::of([(Reach::Region(RegionId::new("denmark")), Role::Viewer)]));
    assert_eq!(viewer.hands_on, Grants::of([]));
}

#[test]
fn a_token_never_lives_longer_than_what_its_maker_showed() {
    let token = embeds().make(&responder(5), wish("denmark", Role::Viewer), at(0)).unwrap();
    assert_eq!(token.until, at(5));
}

#[test]
fn nobody_makes_more_than_they_have() {
    let make =
        |region, role| embeds().make(&responder(60), wish(region, role), at(0)).map(|token| token.until);
    assert!(make("denmark", Role::Responder).is_ok());
    let forbidden = "this needs the role manager in the region denmark".to_owned();
    assert_eq!(make("denmark", Role::Manager), Err(NotMade::Forbidden(forbidden)));
    assert_eq!(make("finland", Role::Viewer), Err(NotMade::NoRegion("finland".to_owned())));
}

#[test]
fn an_embed_token_makes_no_other() {
    let embeds = embeds();
    let viewer = embeds.viewer(&made(&embeds), Some(ADMIN), at(1)).unwrap();
    let refused = embeds.make(&viewer, wish("denmark", Role::Viewer), at(1)).map(|token| token.until);
    assert!(matches!(refused, Err(NotMade::Forbidden(_))), "{refused:?}");
}

#[test]
fn only_named_origins_and_bearable_times_are_taken() {
    let make = |change: fn(&mut EmbedWish)| {
        let mut wish = wish("denmark", Role::Viewer);
        change(&mut wish);
        embeds().make(&responder(60), wish, at(0)).map(|token| token.until)
    };
    assert!(matches!(make(|wish| wish.origin = "https://evil.example".to_owned()), Err(NotMade::Invalid(_))));
    assert!(matches!(make(|wish| wish.minutes = Some(0)), Err(NotMade::Invalid(_))));
    assert!(matches!(make(|wish| wish.minutes = Some(721)), Err(NotMade::Invalid(_))));
    assert_eq!(make(|wish| wish.minutes = Some(30)), Ok(at(30)));
}

#[test]
fn a_token_counts_in_pages_of_its_origin_only() {
    let embeds = embeds();
    for origin in [None, Some("https://evil.example"), Some("null"), Some("")] {
        let refused = reason(embeds.viewer(&made(&embeds), origin, at(1)));
        assert_eq!(refused, "an embed token in a page of another origin", "{origin:?}");
    }
}

#[test]
fn a_token_is_over_at_its_end() {
    let embeds = embeds();
    assert_eq!(reason(embeds.viewer(&made(&embeds), Some(ADMIN), at(15))), "an embed token that has expired");
}

#[test]
fn what_was_not_signed_with_the_key_is_not_believed() {
    let embeds = embeds();
    let other = Embeds::new(key_of(b"another key of some length"), Arc::default());
    let foreign = made(&other.for_pages_of(vec![ADMIN.parse().unwrap()]));
    let own = made(&embeds);
    let (signed, signature) = own.rsplit_once('.').unwrap();
    let other_claims = foreign.rsplit_once('.').unwrap().0;
    for token in [
        foreign.clone(),
        format!("{other_claims}.{signature}"),
        format!("{signed}."),
        format!("{signed}.{}", &signature[..62]),
        signed.to_owned(),
        "cpe_".to_owned(),
        format!("cpe_{}", "a.".repeat(5_000)),
    ] {
        assert_eq!(reason(embeds.viewer(&token, Some(ADMIN), at(1))), "an embed token that is not ours");
    }
}

#[test]
fn a_token_of_a_service_ends_with_the_service() {
    let services = Arc::<KnownTokens>::default();
    let embeds = Embeds::new(key_of(b"a key of some length"), Arc::clone(&services));
    let embeds = embeds.for_pages_of(vec![ADMIN.parse().unwrap()]);
    let (text, hash) = fresh_token().unwrap();
    let service = ServiceToken {
        id: "1".to_owned(),
        name: "admin-cloud".to_owned(),
        hash,
        roles: vec![(Reach::AllRegions, Role::Manager)],
        scopes: [Scope::Embed].into(),
        created_at: at(0),
        expires_at: None,
        last_used_at: None,
        revoked_at: None,
    };
    services.replace(vec![service.clone()]);
    let maker = services.viewer(&text, at(0)).unwrap();
    let token = embeds.make(&maker, wish("denmark", Role::Viewer), at(0)).unwrap().token;
    let viewer = embeds.viewer(&token, Some(ADMIN), at(1)).unwrap();
    assert!(!viewer.revoked.is_cancelled());
    services.replace(vec![ServiceToken { revoked_at: Some(at(1)), ..service }]);
    assert!(viewer.revoked.is_cancelled() && maker.revoked.is_cancelled());
    assert_eq!(reason(embeds.viewer(&token, Some(ADMIN), at(1))), "a service token that was revoked");
}

#[test]
fn without_a_key_nothing_is_made_or_judged() {
    let embeds = Embeds::new(None, Arc::default()).for_pages_of(vec![ADMIN.parse().unwrap()]);
    let made = embeds.make(&responder(60), wish("denmark", Role::Viewer), at(0)).map(|token| token.until);
    assert_eq!(made, Err(NotMade::NotNow));
    assert!(matches!(embeds.viewer("cpe_a.b", Some(ADMIN), at(0)), Err(Unauthenticated::NotNow(_))));
}
