//! Inclusion groups: of the entries that are called together, one of each group fires. And chance, which is drawn from the seed.

use std::collections::BTreeMap;

use crate::because::Because;
use crate::conditions::Bench;
use crate::found::Sight;

/// An entry that is a match in this round.
pub(crate) struct Called {
    /// Its place among all entries.
    pub ready: usize,
    pub because: Because,
}

impl Called {
    /// Rules that say "in any case" are not for chance or a group to overrule.
    pub(crate) fn forced(&self) -> bool {
        matches!(self.because, Because::Activate | Because::Kept | Because::Sticky { .. })
    }
}

/// Leaves one entry of each group; gives the others with their reason. `fired` are those of earlier rounds.
pub(crate) fn choose(
    bench: &Bench<'_>,
    sights: &[Sight],
    called: &mut Vec<Called>,
    fired: &[usize],
) -> Vec<(usize, Because)> {
    let entry = |ready: usize| bench.index.entry(&bench.index.entries[ready]);
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for one in called.iter() {
        for group in &entry(one.ready).groups {
            groups.entry(group).or_default().push(one.ready);
        }
    }
    let mut lost: BTreeMap<usize, Because> = BTreeMap::new();
    for (group, mut members) in groups {
        members.retain(|ready| !lost.contains_key(ready));
        let mut lose = |ready: usize, winner: usize| {
            let because = Because::Group { group: group.to_owned(), winner: bench.id(winner) };
            lost.insert(ready, because);
        };
        let forced: Vec<usize> = called
            .iter()
            .filter(|one| one.forced() && members.contains(&one.ready))
            .map(|one| one.ready)
            .collect();
        if let Some(&winner) = forced.first() {
            members.iter().filter(|ready| !forced.contains(ready)).for_each(|&r| lose(r, winner));
            continue;
        }
        let before = fired.iter().find(|&&f| entry(f).groups.iter().any(|g| g == group));
        if let Some(&winner) = before {
            for &ready in &members {
                lose(ready, winner);
            }
            continue;
        }
        let scoring =
            |ready: usize| entry(ready).group_scoring.unwrap_or(bench.index.settings.group_scoring);
        if members.iter().any(|&ready| scoring(ready)) {
            let score = |ready: usize| bench.score(&bench.index.entries[ready], sights[ready]);
            let best = members.iter().copied().max_by_key(|&ready| score(ready));
            if let Some(best) = best {
                let most = score(best);
                members.retain(|&ready| {
                    let stays = !scoring(ready) || score(ready) == most;
                    if !stays {
                        lose(ready, best);
                    }
                    stays
                });
            }
        }
        let Some(winner) = winner(bench, group, &members) else { continue };
        members.iter().filter(|&&ready| ready != winner).for_each(|&ready| lose(ready, winner));
    }
    called.retain(|one| !lost.contains_key(&one.ready));
    lost.into_iter().collect()
}

/// The highest insertion order among those that say so, else one by lot.
fn winner(bench: &Bench<'_>, group: &str, members: &[usize]) -> Option<usize> {
    let entry = |ready: usize| bench.index.entry(&bench.index.entries[ready]);
    let order = |ready: usize| entry(ready).insertion_order;
    let first = members
        .iter()
        .copied()
        .filter(|&ready| entry(ready).group_override)
        .reduce(|best, next| if order(next) > order(best) { next } else { best });
    if first.is_some() {
        return first;
    }
    let total: f64 = members.iter().map(|&ready| entry(ready).group_weight.max(0.0)).sum();
    let mut left = drawn(bench.chat.seed, &format!("group {group}")) * total;
    for &ready in members {
        left -= entry(ready).group_weight.max(0.0);
        if left < 0.0 {
            return Some(ready);
        }
    }
    members.first().copied()
}

/// A number from 0 to below 1 that depends on the seed and on what it is drawn for: not on the order of drawing, so that an entry
/// more or less changes nothing for the others.
pub(crate) fn drawn(seed: u64, what: &str) -> f64 {
    // FNV-1a, then the finisher of SplitMix64: the same on every machine.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ seed;
    for byte in what.bytes().chain(seed.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::drawn;

    #[test]
    fn draws_are_even_and_repeat() {
        let draws: Vec<f64> = (0..10_000).map(|n| drawn(n, "entry")).collect();
        let mean = draws.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        assert_eq!(drawn(7, "a").to_bits(), drawn(7, "a").to_bits());
        assert_ne!(drawn(7, "a").to_bits(), drawn(7, "b").to_bits());
    }
}
