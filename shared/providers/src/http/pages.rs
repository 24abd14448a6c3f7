//! Lists that come in pages.

use reqwest::Method;
use serde::de::DeserializeOwned;

use super::{Act, Outcome};

/// No account has more machines than fit on so many pages, and no cloud sells more types.
const PAGES_MAX: usize = 20;

impl Act<'_> {
    /// What is on all pages of `path`. `split` tells what is on a page, and what the query must say
    /// for the next one: `page=2`.
    ///
    /// A list that breaks off is no list: what is missing from it would be taken for gone.
    pub(crate) async fn all<P: DeserializeOwned, T>(
        &mut self,
        path: &str,
        mut split: impl FnMut(P) -> (Vec<T>, Option<String>),
    ) -> Outcome<Vec<T>> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let (mut all, mut asked) = (Vec::new(), path.to_owned());
        for _ in 0..PAGES_MAX {
            let (items, next) = split(self.json(Method::GET, &asked, None).await?);
            all.extend(items);
            match next {
                None => return Ok(all),
                Some(query) => asked = format!("{path}{joint}{query}"),
            }
        }
        Err(self.unknown(format!("more than {PAGES_MAX} pages")))
    }
}
