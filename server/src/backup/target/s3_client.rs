//! How S3 is called: by the client that the rest of this program is built with. The one that `object_store` brings
//! would have this program speak HTTP/2 everywhere, as a server, too.

use std::time::Duration;

use async_trait::async_trait;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpResponseBody,
    HttpService,
};
use reqwest::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// One part over a slow line must go through in this time.
const SILENCE: Duration = Duration::from_secs(5 * 60);

/// Hands the client to the library.
#[derive(Debug)]
pub(super) struct Connector(reqwest::Client);

#[derive(Debug)]
struct Service(reqwest::Client);

impl Connector {
    /// # Errors
    /// When the system's TLS setup cannot be used.
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        // A TLS library of its own choice would be a second one; whoever was first has installed the same.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let client =
            reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(SILENCE).build()?;
        Ok(Self(client))
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service(self.0.clone())))
    }
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string());
        let url = url.map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let mut asked = reqwest::Request::new(parts.method, url);
        *asked.headers_mut() = parts.headers;
        *asked.body_mut() = Some(reqwest::Body::wrap(body));
        let answer = self.0.execute(asked).await.map_err(fault)?;
        let (parts, body) = http::Response::<reqwest::Body>::from(answer).into_parts();
        let body = HttpResponseBody::new(http_body_util::BodyExt::map_err(body, fault));
        Ok(HttpResponse::from_parts(parts, body))
    }
}

/// What is interrupted is tried again if it may be. Without the address: whoever tells of it names the place.
fn fault(error: reqwest::Error) -> HttpError {
    let kind = match &error {
        error if error.is_timeout() => HttpErrorKind::Timeout,
        error if error.is_connect() => HttpErrorKind::Connect,
        error if error.is_decode() => HttpErrorKind::Decode,
        _ => HttpErrorKind::Interrupted,
    };
    HttpError::new(kind, error.without_url())
}
