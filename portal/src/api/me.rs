//! Who asks, as the server knows them, and how they sign out.

use cineportal_schema::documents;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{RequestInit, Response};
use miniserde::{Deserialize, json};
use wasm_bindgen_futures::JsFuture;

use super::Server;
use super::http::{NoVariables, ask};
use crate::model::Trouble;

const LOGOUT_PATH: &str = "/auth/logout";

/// Whoever asks.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Me {
    pub(crate) name: String,
    /// Whether the server asked who they are.
    #[serde(rename = "isKnown")]
    pub(crate) is_known: bool,
    #[serde(rename = "canSignOut")]
    pub(crate) can_sign_out: bool,
}

#[derive(Deserialize)]
struct Answer {
    me: Me,
}

#[derive(Deserialize)]
struct Next {
    location: String,
}

impl Server {
    /// Who asks.
    pub(crate) async fn read_me(self) -> Result<Me, Trouble> {
        let answer: Answer = ask(self, documents::ME, &NoVariables {}).await?;
        Ok(answer.me)
    }

    /// Ends the session of this browser. Answers where the tab goes then; nothing, if the server does not answer.
    pub(crate) async fn sign_out(self) -> Option<String> {
        let text = self.post_logout().await.ok()?;
        json::from_str::<Next>(&text).ok().map(|next| next.location)
    }

    async fn post_logout(self) -> Result<String, JsValue> {
        let options = RequestInit::new();
        options.set_method("POST");
        let sent = leptos::prelude::window().fetch_with_str_and_init(&self.address(LOGOUT_PATH), &options);
        let response: Response = JsFuture::from(sent).await?.dyn_into()?;
        Ok(JsFuture::from(response.text()?).await?.as_string().unwrap_or_default())
    }
}
