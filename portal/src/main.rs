//! Starts the portal in the page that loaded it.

fn main() {
    cineportal_portal::start();
}
