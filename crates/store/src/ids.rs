//! Ids that sort by when they were made.

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::{NoContext, Timestamp, Uuid};

/// A new id. It begins with the moment, so that later ones sort behind earlier ones, within a millisecond, too.
///
/// A clock from before 1970 (a computer whose battery is empty) cannot be written into one: what is made then sorts before all else, in no
/// order of its own.
pub fn new_id() -> Uuid {
    id_at(SystemTime::now())
}

fn id_at(now: SystemTime) -> Uuid {
    if now < UNIX_EPOCH {
        return Uuid::new_v7(Timestamp::from_unix(NoContext, 0, 0));
    }
    Uuid::now_v7()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_from_before_1970_is_no_reason_to_end() {
        let before = UNIX_EPOCH - Duration::from_hours(100_000);
        let (one, other) = (id_at(before), id_at(before));
        assert_ne!(one, other);
        assert!(one < new_id() && other < new_id());
        assert!(new_id() < new_id());
    }
}
