//! The question for a page of the server's log.

use super::http::read_file;
use super::{Server, wire};
use crate::model::{LogPage, LogQuestion, Trouble};

const PATH: &str = "/api/v1/logs?";

impl Server {
    /// A page of the log; `before`: where another page ended.
    pub(crate) async fn read_log(
        self,
        question: &LogQuestion,
        before: Option<u64>,
    ) -> Result<LogPage, Trouble> {
        let mut query = form_urlencoded::Serializer::new(PATH.to_owned());
        query.extend_pairs(question.pairs(before));
        let page: wire::LogPage = read_file(self, &query.finish()).await?;
        Ok(page.into())
    }
}
