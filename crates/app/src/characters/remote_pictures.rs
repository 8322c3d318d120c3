//! Pictures that a card names on the network: nothing is asked of it before the person has allowed it for that character, and what
//! comes is decoded and made small here, so that the page never reaches the network itself.

use domain::{Problem, ProblemKind};

use crate::app::{Answer, App, lock};
use crate::characters::library::{data_url, small};

impl App {
    /// Allows that what a character's card names on the network is loaded, or takes it back.
    pub fn allow_remote(&self, id: &str, on: bool) -> Answer<()> {
        match &mut *lock(&self.shelf.marks) {
            Some(marks) => Ok(marks.allow_remote(id, on).map_err(Problem::from)?),
            None => Err(crate::characters::library::unreadable_choices().into()),
        }
    }

    /// A picture that a character's card names on the network, as a `data:` URL. Refused where the person has not allowed it.
    pub async fn remote_picture(&self, id: &str, address: &str) -> Answer<String> {
        let allowed =
            lock(&self.shelf.marks).as_ref().is_some_and(|marks| marks.may_load_remote(id));
        if !allowed {
            return Err(Problem::new(
                ProblemKind::Invalid,
                "pictures of this character are not loaded from the network",
                "allow it in the details of the character, if you trust who made the card",
            )
            .into());
        }
        let proxy = crate::models::downloads::proxy(lock(&self.settings).get());
        let fetched = models::fetch_picture(&self.network, proxy, address).await;
        let bytes = fetched.map_err(Problem::from)?;
        let small = small(&bytes).map_err(|error| {
            Problem::new(
                ProblemKind::Unsupported,
                format!("what lies at `{address}` cannot be shown: {error}"),
                "open the address in a browser, if you trust it",
            )
        })?;
        Ok(data_url(&small))
    }
}
