//! A real S3 server in this process, over a folder. It checks signatures, checksums and the sizes of parts.

use std::path::PathBuf;

use hyper_util::rt::{TokioExecutor, TokioIo};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use super::line::Line;

/// Listens until it is dropped.
pub(crate) struct S3Server {
    /// The line to it.
    pub(crate) line: Line,
    folder: TempDir,
    running: AbortHandle,
}

impl S3Server {
    /// The access key that it knows, and its secret.
    pub(crate) const KEY: [&str; 2] = ["cinema", "a-secret-of-the-cinema"];

    /// Starts with one bucket, `cinema`.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("cinema")).unwrap();
        let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        let [id, secret] = Self::KEY;
        builder.set_auth(SimpleAuth::from_single(id, secret));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let line = Line::to(listener.local_addr().unwrap()).await;
        let running = tokio::spawn(serve(listener, builder.build())).abort_handle();
        Self { line, folder, running }
    }

    /// Its address, as `--s3-endpoint` takes it.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.line.address)
    }

    /// Where these objects of its bucket lie on the disk.
    pub(crate) fn objects(&self, path: &str) -> PathBuf {
        let folder = self.folder.path().join("cinema").join(path);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }
}

async fn serve(listener: TcpListener, service: S3Service) {
    while let Ok((socket, _)) = listener.accept().await {
        let service = service.clone();
        let http = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
        tokio::spawn(async move { http.serve_connection(TokioIo::new(socket), service).await });
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}
