//! The tasks of the server: each has a name, and ends when it is told to stop.

use futures::future::BoxFuture;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

type Start = Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, ()> + Send>;

/// Tasks that wait to be started.
#[derive(Default)]
pub(super) struct Tasks(Vec<(&'static str, Start)>);

/// Tasks that run.
pub(super) struct Running {
    tasks: JoinSet<&'static str>,
    stop: CancellationToken,
}

impl Tasks {
    /// Adds a task, which is handed the token that stops it.
    pub(super) fn add<F>(
        &mut self,
        name: &'static str,
        start: impl FnOnce(CancellationToken) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0.push((name, Box::new(move |stop| Box::pin(start(stop)))));
    }

    /// Starts all of them.
    pub(super) fn start(self, stop: &CancellationToken) -> Running {
        let mut tasks = JoinSet::new();
        for (name, start) in self.0 {
            let work = start(stop.clone());
            tasks.spawn(async move {
                work.await;
                name
            });
        }
        Running { tasks, stop: stop.clone() }
    }
}

impl Running {
    /// Starts one more, which somebody else tells to stop.
    pub(super) fn start(&mut self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(async move {
            work.await;
            name
        });
    }

    /// Waits until a task ends that was not told to. A server without its writer or its feed only looks alive: better
    /// to end, and be started again.
    pub(super) async fn early_end(&mut self) -> String {
        loop {
            match self.tasks.join_next().await {
                Some(Ok(_)) if self.stop.is_cancelled() => {}
                None => std::future::pending().await,
                Some(ended) => return ended.map_or_else(|error| error.to_string(), str::to_owned),
            }
        }
    }

    /// Waits until all of them have ended.
    pub(super) async fn all_ended(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}
